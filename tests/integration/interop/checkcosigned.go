// Checks a cosigned checkpoint with Go's own implementation of signed notes, golang.org/x/mod/sumdb/note. It knows the kind of key that
// a log has; the kind that a witness has is put in as a verifier of its own, which note.Open asks like any other.
//
// Usage: checkcosigned CHECKPOINT LOG-VKEY WITNESS-VKEY
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// cosigner verifies cosignatures of C2SP tlog-cosignature by an Ed25519 key.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }

func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

func newCosigner(vkey string) (cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return cosigner{}, fmt.Errorf("no key")
	}
	blob, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(blob) != 1+ed25519.PublicKeySize || blob[0] != 4 {
		return cosigner{}, fmt.Errorf("no key of a cosigner")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), blob...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return cosigner{}, fmt.Errorf("the id is of another key")
	}
	return cosigner{parts[0], hash, blob[1:]}, nil
}

func check() error {
	msg, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	log, err := note.NewVerifier(os.Args[2])
	if err != nil {
		return err
	}
	witness, err := newCosigner(os.Args[3])
	if err != nil {
		return err
	}
	opened, err := note.Open(msg, note.VerifierList(log, witness))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
		return fmt.Errorf("%d good lines and %d of strangers", len(opened.Sigs), len(opened.UnverifiedSigs))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() || lines[3] != "" {
		return fmt.Errorf("no checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err
	}
	if _, err := tlog.ParseHash(lines[2]); err != nil {
		return err
	}
	fmt.Printf("ok: %s with %d entries, cosigned by %s\n", lines[0], size, witness.name)
	return nil
}

func main() {
	if err := check(); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
}
