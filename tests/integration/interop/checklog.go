// Checks a ledger that was fetched into a folder with Go's own implementation of transparency logs, golang.org/x/mod/sumdb:
// notes, tiles, entry bundles, receipts, and inclusion and consistency between all signed sizes.
//
// Usage: checklog FOLDER, with states/SIZE/checkpoint, states/SIZE/tile/..., receipts/*.tlog-proof, log.vkey and log.pem in it.
//
// tlog.TileHashReader is not used: it accepts tiles that it should not (CVE-2026-56865). Here every tile is computed again from the
// entries and compared, and what is read from tiles is believed only if a signed root comes out.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight  = 8
	tileWidth   = 1 << tileHeight
	proofHeader = "c2sp.org/tlog-proof@v1"
	ed25519Type = 1
)

// checkpoint is what a log has signed.
type checkpoint struct {
	size int64
	root tlog.Hash
}

// computed holds the hashes of the tree as they follow from the entries.
type computed []tlog.Hash

func (hashes computed) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = hashes[index]
	}
	return found, nil
}

// served reads the hashes of a tree of one size from the tiles of a folder.
type served struct {
	folder string
	size   int64
}

func (tiles served) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		tile := tlog.TileForIndex(tileHeight, index)
		tile.W = tiles.width(tile)
		data, err := os.ReadFile(tiles.path(tile))
		if err != nil {
			return nil, err
		}
		if found[i], err = tlog.HashFromTile(tile, data, index); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// width says how many hashes a tile has in the tree of this size, whose last tiles are not full.
func (tiles served) width(tile tlog.Tile) int {
	if row := tiles.size >> (tileHeight * tile.L); row>>tileHeight == tile.N {
		return int(row % tileWidth)
	}
	return tileWidth
}

// path names a tile as C2SP tlog-tiles does, without the height that Go puts in front.
func (tiles served) path(tile tlog.Tile) string {
	return filepath.Join(tiles.folder, "tile", strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight)))
}

// bundles reads the entries.
func (tiles served) bundles() [][]byte {
	var entries [][]byte
	for first := int64(0); first < tiles.size; first += tileWidth {
		width := tiles.size - first
		if width > tileWidth {
			width = tileWidth
		}
		name := tiles.path(tlog.Tile{H: tileHeight, L: 0, N: first / tileWidth, W: int(width)})
		name = strings.Replace(name, "/tile/0/", "/tile/entries/", 1)
		rest := read(name)
		for i := int64(0); i < width; i++ {
			length := 2 + int(binary.BigEndian.Uint16(rest))
			entries = append(entries, rest[2:length])
			rest = rest[length:]
		}
		demand(len(rest) == 0, "%s is longer than its entries", name)
	}
	return entries
}

// openCheckpoint checks signature and form of a signed note.
func openCheckpoint(what string, text []byte, verifier note.Verifier) checkpoint {
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(what, err)
	lines := strings.Split(opened.Text, "\n")
	demand(len(lines) == 4 && lines[3] == "" && lines[0] == verifier.Name(), "%s: not a checkpoint of %s", what, verifier.Name())
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(what, err)
	root, err := tlog.ParseHash(lines[2])
	must(what, err)
	demand(strconv.FormatInt(size, 10) == lines[1] && len(opened.UnverifiedSigs) == 0, "%s: another spelling or signer", what)
	return checkpoint{size, root}
}

// checkState compares a fetched state with the tree of the entries: every tile, every bundle, nothing besides, and the signed root.
func checkState(folder string, verifier note.Verifier, entries [][]byte, tree computed) checkpoint {
	head := openCheckpoint(folder, read(filepath.Join(folder, "checkpoint")), verifier)
	demand(filepath.Base(folder) == strconv.FormatInt(head.size, 10), "%s has a checkpoint of size %d", folder, head.size)
	tiles := served{folder, head.size}
	files := 1
	for _, tile := range tlog.NewTiles(tileHeight, 0, head.size) {
		// Go lists what was ever published on the way to this size; a client of this size needs the widest.
		if tile.W != tiles.width(tile) {
			continue
		}
		data, err := tlog.ReadTileData(tile, tree)
		must(folder, err)
		demand(bytes.Equal(data, read(tiles.path(tile))), "%s differs", tiles.path(tile))
		files++
	}
	for i, entry := range tiles.bundles() {
		demand(bytes.Equal(entry, entries[i]), "%s: entry %d differs", folder, i)
	}
	files += int((head.size + tileWidth - 1) / tileWidth)
	demand(countFiles(folder) == files, "%s has %d files, not %d", folder, countFiles(folder), files)
	root, err := tlog.TreeHash(head.size, tiles)
	must(folder, err)
	demand(root == head.root, "%s: the tiles do not give the signed root", folder)
	for i := int64(0); i < head.size; i++ {
		proof, err := tlog.ProveRecord(head.size, i, tiles)
		must(folder, err)
		must(folder, tlog.CheckRecord(proof, head.size, head.root, i, tlog.RecordHash(entries[i])))
	}
	return head
}

// checkReceipt checks a tlog-proof as somebody does who has nothing else, and that its entry is the one in the ledger.
func checkReceipt(path string, verifier note.Verifier, entries [][]byte) checkpoint {
	proofText, signed, found := strings.Cut(string(read(path)), "\n\n")
	demand(found, "%s has no checkpoint", path)
	lines := strings.Split(proofText, "\n")
	demand(len(lines) >= 3 && lines[0] == proofHeader, "%s is not a receipt", path)
	entry, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(path, err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(path, err)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(path, err)
		proof = append(proof, hash)
	}
	head := openCheckpoint(path, []byte(signed), verifier)
	must(path, tlog.CheckRecord(proof, head.size, head.root, index, tlog.RecordHash(entry)))
	demand(bytes.Equal(entry, entries[index]), "%s: the ledger has another entry %d", path, index)
	return head
}

// checkConsistency proves every signed size to be a prefix of the next one and of the last one.
func checkConsistency(signed map[int64]tlog.Hash, tree computed) int {
	var sizes []int64
	for size := range signed {
		sizes = append(sizes, size)
	}
	sort.Slice(sizes, func(i, j int) bool { return sizes[i] < sizes[j] })
	last, proofs := sizes[len(sizes)-1], 0
	for i, old := range sizes[:len(sizes)-1] {
		for _, grown := range sizes[i+1:] {
			if grown != sizes[i+1] && grown != last {
				continue
			}
			proof, err := tlog.ProveTree(grown, old, tree)
			must("consistency", err)
			must(fmt.Sprintf("%d to %d", old, grown), tlog.CheckTree(proof, grown, signed[grown], old, signed[old]))
			proofs++
		}
	}
	return proofs
}

// computeTree hashes the entries.
func computeTree(entries [][]byte) computed {
	var tree computed
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, tree)
		must("tree", err)
		tree = append(tree, hashes...)
	}
	return tree
}

// checkKeys compares the two forms of the key.
func checkKeys(verifierKey string, pemText []byte) {
	block, _ := pem.Decode(pemText)
	demand(block != nil && block.Type == "PUBLIC KEY", "log.pem has no key")
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	must("log.pem", err)
	key, ok := parsed.(ed25519.PublicKey)
	demand(ok, "log.pem has another kind of key")
	encoded := base64.StdEncoding.EncodeToString(append([]byte{ed25519Type}, key...))
	demand(strings.HasSuffix(verifierKey, "+"+encoded), "log.pem and log.vkey differ")
}

func main() {
	demand(len(os.Args) == 2, "usage: checklog FOLDER")
	folder := os.Args[1]
	verifierKey := strings.TrimSpace(string(read(filepath.Join(folder, "log.vkey"))))
	verifier, err := note.NewVerifier(verifierKey)
	must("log.vkey", err)
	checkKeys(verifierKey, read(filepath.Join(folder, "log.pem")))

	states, err := filepath.Glob(filepath.Join(folder, "states", "*"))
	must("states", err)
	largest := served{}
	for _, state := range states {
		size, err := strconv.ParseInt(filepath.Base(state), 10, 64)
		must(state, err)
		if size > largest.size {
			largest = served{state, size}
		}
	}
	entries := largest.bundles()
	tree := computeTree(entries)

	signed := map[int64]tlog.Hash{}
	keep := func(what string, head checkpoint) {
		known, seen := signed[head.size]
		demand(!seen || known == head.root, "%s: two roots are signed for size %d", what, head.size)
		signed[head.size] = head.root
	}
	for _, state := range states {
		keep(state, checkState(state, verifier, entries, tree))
	}
	receipts, err := filepath.Glob(filepath.Join(folder, "receipts", "*.tlog-proof"))
	must("receipts", err)
	for _, receipt := range receipts {
		keep(receipt, checkReceipt(receipt, verifier, entries))
	}
	proofs := checkConsistency(signed, tree)
	fmt.Printf("ok: %d entries, %d states, %d receipts, %d signed sizes, %d consistency proofs (Go)\n",
		len(entries), len(states), len(receipts), len(signed), proofs)
}

func countFiles(folder string) int {
	count := 0
	must(folder, filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			count++
		}
		return err
	}))
	return count
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must("read", err)
	return data
}

func must(what string, err error) {
	demand(err == nil, "%s: %v", what, err)
}

func demand(holds bool, format string, arguments ...interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, format+"\n", arguments...)
		os.Exit(1)
	}
}
