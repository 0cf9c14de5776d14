//! What is installed beside the program: units, users, folders, licences, changelog.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aktenfest::config::Config;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output();
    output.unwrap_or_else(|error| panic!("{program}: {error}; `make test` installs the package that has it"))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The settings of a unit file, in order.
fn settings(unit: &str) -> Vec<(String, String)> {
    let text = read(unit);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn values<'a>(settings: &'a [(String, String)], key: &str) -> Vec<&'a str> {
    settings.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect()
}

const UNITS: [&str; 4] = ["aktenfest.service", "aktenfest-verify.service", "aktenfest-verify.timer", "aktenfest-witness.service"];

/// Bounds the exposure that systemd computes, from 0 (nothing) to 10.
#[test]
fn the_services_are_hardened() {
    for unit in ["aktenfest.service", "aktenfest-verify.service", "aktenfest-witness.service"] {
        let path = root().join("systemd").join(unit);
        let output = run("systemd-analyze", &["security", "--offline=yes", "--threshold=20", &path.to_string_lossy()]);
        assert!(output.status.success(), "{unit} is exposed by more than 2.0:\n{}", said(&output));
    }
}

#[test]
fn systemd_understands_the_units() {
    let folder = tempfile::tempdir().expect("must be created");
    for unit in UNITS {
        // The program is not installed where the units expect it; systemd checks that it is there.
        let text = read(&format!("systemd/{unit}")).replace("=/usr/bin/aktenfest ", &format!("={} ", env!("CARGO_BIN_EXE_aktenfest")));
        fs::write(folder.path().join(unit), text).expect("must be written");
    }
    for unit in UNITS {
        let path = folder.path().join(unit).to_string_lossy().into_owned();
        let output = run("systemd-analyze", &["verify", "--man=no", "--recursive-errors=no", &path]);
        let said = said(&output);
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("aktenfest")).collect();
        assert!(output.status.success() && ours.is_empty(), "{unit}: {said}");
    }
}

/// What a unit gets in addition where a root of trust, a replica or backups lie elsewhere.
const DROP_INS: [&str; 4] = ["tpm.conf", "pkcs11.conf", "backup.conf", "replica.conf"];

/// The unit as systemd reads it with some of the drop-ins.
fn with_drop_ins(folder: &Path, names: &[&str]) -> String {
    let text = read("systemd/aktenfest.service").replace("=/usr/bin/aktenfest ", &format!("={} ", env!("CARGO_BIN_EXE_aktenfest")));
    let parts = folder.join("aktenfest.service.d");
    fs::create_dir_all(&parts).expect("must be created");
    fs::write(folder.join("aktenfest.service"), text).expect("must be written");
    for name in names {
        fs::copy(root().join("systemd/aktenfest.service.d").join(name), parts.join(name)).expect("must be copied");
    }
    folder.join("aktenfest.service").to_string_lossy().into_owned()
}

#[test]
fn systemd_understands_the_drop_ins_and_they_open_little() {
    let listed: Vec<_> = fs::read_dir(root().join("systemd/aktenfest.service.d")).expect("must be there").collect();
    assert_eq!(listed.len(), DROP_INS.len(), "each is tried here");
    for names in DROP_INS.iter().map(std::slice::from_ref).chain([&DROP_INS[..]]) {
        let folder = tempfile::tempdir().expect("must be created");
        let path = with_drop_ins(folder.path(), names);
        let output = run("systemd-analyze", &["verify", "--man=no", "--recursive-errors=no", &path]);
        let said = said(&output);
        assert!(output.status.success() && !said.contains("aktenfest.service"), "{names:?}: {said}");
        // The same as one file, because the exposure is computed of one file only.
        let parts: Vec<String> = names.iter().map(|name| read(&format!("systemd/aktenfest.service.d/{name}"))).collect();
        let whole = folder.path().join("whole.service");
        fs::write(&whole, read("systemd/aktenfest.service") + &parts.join("\n")).expect("must be written");
        let output = run("systemd-analyze", &["security", "--offline=yes", "--threshold=20", &whole.to_string_lossy()]);
        assert!(output.status.success(), "{names:?}: exposed by more than 2.0:\n{}", self::said(&output));
    }
}

/// Each drop-in lets in what the configuration names, and the configuration names the drop-in.
#[test]
fn drop_ins_and_configuration_agree() {
    let explained = read("config/aktenfest.toml");
    for name in DROP_INS {
        assert!(explained.contains(&format!("systemd/aktenfest.service.d/{name}")), "{name} is not mentioned");
    }
    let default_of = |key: &str| -> String {
        let line = explained.lines().find(|line| line.starts_with(&format!("#{key} = "))).unwrap_or_else(|| panic!("{key} has no default"));
        line.split('"').nth(1).expect("must be a text").to_owned()
    };
    let allowed = |name: &str, key: &str| values(&settings(&format!("systemd/aktenfest.service.d/{name}")), key).join(" ");
    assert_eq!(allowed("tpm.conf", "DeviceAllow"), format!("{} rw", default_of("device")));
    assert_eq!(allowed("tpm.conf", "DevicePolicy"), "closed", "no other device");
    let replica = explained.split("[storage.replica_1]").nth(1).and_then(|section| section.split("#path = \"").nth(1)).expect("a path");
    assert!(replica.starts_with(&allowed("replica.conf", "ReadWritePaths")), "{replica}");
    assert_eq!(allowed("backup.conf", "ReadWritePaths"), allowed("backup.conf", "RequiresMountsFor"));
}

#[test]
fn units_and_configuration_agree() {
    let config = Config::load(&root().join("config/aktenfest.toml")).expect("must be accepted");
    let unit = settings("systemd/aktenfest.service");
    let bind = values(&unit, "SocketBindAllow").join(" ");
    for port in [config.server.listen.port(), config.admin.listen.port()] {
        assert!(bind.contains(&format!("tcp:{port}")), "the unit does not allow port {port}");
    }
    let state = Path::new("/var/lib").join(values(&unit, "StateDirectory")[0]);
    let storage = &config.storage;
    for path in [&storage.data, &storage.anchor, &storage.keyring] {
        assert!(path.starts_with(&state), "{} cannot be written by the unit", path.display());
    }
    let stop: u64 = values(&unit, "TimeoutStopSec")[0].trim_end_matches('s').parse().expect("must be seconds");
    assert!(stop > config.server.drain.as_secs(), "systemd would kill requests that may still be finished");
    let memory: usize = values(&unit, "MemoryMax")[0].trim_end_matches('G').parse().expect("must be gigabytes");
    assert!(memory << 30 > 2 * storage.memory_bytes_max, "the database alone would fill the unit's memory");
}

/// Secrets must not reach a disk through a core dump or swap, and a wrong configuration must not be retried for ever.
#[test]
fn the_service_keeps_what_the_hardening_score_does_not_count() {
    let unit = settings("systemd/aktenfest.service");
    for (key, value) in [
        ("Type", "notify"),
        ("LimitCORE", "0"),
        ("MemorySwapMax", "0"),
        ("UMask", "0077"),
        ("StateDirectoryMode", "0700"),
        ("Restart", "on-failure"),
        ("RestartPreventExitStatus", "2 3 78"),
    ] {
        assert_eq!(values(&unit, key), [value], "{key}");
    }
    let families = values(&unit, "RestrictAddressFamilies")[0];
    assert!(families.contains("AF_UNIX"), "READY=1 travels through a UNIX socket");
}

/// A unit whose command line the program does not understand would only be noticed when it is installed.
#[test]
fn the_program_understands_the_command_lines_of_the_units() {
    let folder = tempfile::tempdir().expect("must be created");
    for unit in ["systemd/aktenfest.service", "systemd/aktenfest-verify.service", "systemd/aktenfest-witness.service"] {
        let text = read(unit).replace("\\\n", " ");
        let lines = text.lines().filter_map(|line| line.strip_prefix("ExecStart").and_then(|line| line.split_once('=')));
        for (_, line) in lines {
            // Neither the files nor a server are there, so every command ends at once; what matters is that the arguments were read.
            let line = line.replace("${AKTENFEST_VERIFY_URL}", "https://127.0.0.1:1").replace("${AKTENFEST_VERIFY_VAULT}", "demo");
            let mut words = line.split_whitespace().map(|word| if word.starts_with("${") { "missing" } else { word });
            assert_eq!(words.next(), Some("/usr/bin/aktenfest"));
            let words: Vec<String> = words
                .map(|word| {
                    word.replace("/etc/aktenfest-witness", "/etc/aktenfest").replace("/etc/aktenfest", &folder.path().to_string_lossy())
                })
                .collect();
            let output = Command::new(env!("CARGO_BIN_EXE_aktenfest")).args(&words).output().expect("must run");
            let said = said(&output);
            assert!(!output.status.success() && !said.contains("Usage: ") && !said.contains("--help"), "{unit}: {line}\n{said}");
        }
    }
}

#[test]
fn users_and_folders_are_declared() {
    let folder = tempfile::tempdir().expect("must be created");
    fs::create_dir(folder.path().join("etc")).expect("must be created");
    let in_root = format!("--root={}", folder.path().display());
    let users = root().join("systemd/aktenfest.sysusers.conf");
    // Given as an inline file, because --root= would look for the path below it.
    let lines: Vec<String> =
        fs::read_to_string(&users).expect("must be readable").lines().filter(|line| line.starts_with('u')).map(ToOwned::to_owned).collect();
    let mut arguments = vec![in_root.as_str(), "--inline"];
    arguments.extend(lines.iter().map(String::as_str));
    let output = run("systemd-sysusers", &arguments);
    assert!(output.status.success(), "{}", said(&output));
    let passwd = fs::read_to_string(folder.path().join("etc/passwd")).expect("must be readable");
    let known: Vec<&str> = passwd.lines().filter_map(|line| line.split(':').next()).collect();

    for unit in ["systemd/aktenfest.service", "systemd/aktenfest-verify.service", "systemd/aktenfest-witness.service"] {
        assert!(known.contains(&values(&settings(unit), "User")[0]), "{unit}: {passwd}");
    }
    let folders = read("systemd/aktenfest.tmpfiles.conf");
    for line in folders.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [kind, path, mode, user, group, age, argument] = fields[..] else { panic!("not a line of tmpfiles.d: {line}") };
        assert_eq!((kind, age, argument), ("d", "-", "-"), "nothing here may empty or age a folder: {line}");
        assert!(path.starts_with("/etc/aktenfest") || path.starts_with("/var/lib/aktenfest"), "{line}");
        assert_eq!(mode.as_bytes()[0], b'0', "{line}");
        assert!([user, group].iter().all(|name| *name == "root" || known.contains(name)), "{line}");
    }
}

/// Every package in the lock file has a licence that `deny.toml` allows. `cargo deny` checks more, where it is installed.
#[test]
fn licences_are_allowed() {
    let deny: toml::Table = read("deny.toml").parse().expect("must be TOML");
    let list = |section: &str, key: &str| -> Vec<String> {
        let values = deny[section][key].as_array().expect("must be a list");
        values.iter().map(|value| value.as_str().expect("must be text").to_owned()).collect()
    };
    let allowed = list("licenses", "allow");
    let sources = list("sources", "allow-registry");
    let mut seen = 0;
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or_else(|| panic!("{name} names no licence"));
        let own = package["source"].is_null();
        assert!(own || is_allowed(licence, &allowed), "{name}: {licence} is not in deny.toml");
        let source = package["source"].as_str().unwrap_or_default();
        assert!(own || sources.iter().any(|known| source.ends_with(known.as_str())), "{name} comes from {source}");
        seen += 1;
    }
    assert!(seen > 50, "cargo metadata was not understood");
}

/// The packages that are compiled for this platform, from the files that cargo has already.
fn packages() -> Vec<serde_json::Value> {
    let output = run(
        env!("CARGO"),
        &["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform=x86_64-unknown-linux-gnu", "--manifest-path"]
            .into_iter()
            .chain([concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
            .collect::<Vec<_>>(),
    );
    assert!(output.status.success(), "{}", said(&output));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("must be JSON");
    let resolved = metadata["resolve"]["nodes"].as_array().expect("must be a list");
    let used: BTreeMap<&str, ()> = resolved.iter().filter_map(|node| node["id"].as_str()).map(|id| (id, ())).collect();
    let all = metadata["packages"].as_array().expect("must be a list");
    all.iter().filter(|package| package["id"].as_str().is_some_and(|id| used.contains_key(id))).cloned().collect()
}

/// An SPDX expression: one alternative of an OR must be allowed, every part of an AND. `/` is an old way to write OR.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.trim();
    let parts = |separator: &str| -> Vec<String> {
        let (mut parts, mut depth, mut part) = (Vec::new(), 0, String::new());
        for word in expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").split_whitespace() {
            depth += i32::from(word == "(") - i32::from(word == ")");
            if word == separator && depth == 0 {
                parts.push(std::mem::take(&mut part));
            } else {
                part.push_str(word);
                part.push(' ');
            }
        }
        parts.push(part);
        parts
    };
    let alternatives = parts("OR");
    if alternatives.len() > 1 {
        return alternatives.iter().any(|part| is_allowed(part, allowed));
    }
    let all = parts("AND");
    if all.len() > 1 {
        return all.iter().all(|part| is_allowed(part, allowed));
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => is_allowed(inner, allowed),
        None => allowed.iter().any(|licence| licence == expression),
    }
}

#[test]
fn licence_expressions() {
    let allowed = ["MIT".to_owned(), "ISC".to_owned()];
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("Apache-2.0 OR MIT", true),
        ("Apache-2.0/MIT", true),
        ("MIT AND ISC", true),
        ("MIT AND Apache-2.0", false),
        ("(Apache-2.0 OR MIT) AND ISC", true),
        ("(Apache-2.0 OR MIT) AND GPL-3.0", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}

#[test]
fn version_and_licence_are_the_same_everywhere() {
    let changelog = read("CHANGELOG.md");
    assert!(changelog.contains(concat!("## ", env!("CARGO_PKG_VERSION"))), "CHANGELOG.md does not mention this version");
    assert_eq!(env!("CARGO_PKG_LICENSE"), "EUPL-1.2");
    assert!(read("LICENSE").starts_with("EUROPEAN UNION PUBLIC LICENCE v. 1.2"));
}

/// The samples are what the generator writes, so that everybody can see that nothing in them is real.
#[test]
fn samples_are_small_and_varied() {
    let mut open: Vec<PathBuf> = vec![root().join("samples")];
    let (mut files, mut bytes) = (BTreeMap::new(), 0);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("must be readable") {
            let path = entry.expect("must be readable").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let size = fs::metadata(&path).expect("must be readable").len();
                bytes += size;
                files.insert(path, size);
            }
        }
    }
    assert!(files.len() >= 12 && bytes < 1_500_000, "{} files, {bytes} bytes", files.len());
    assert!(files.values().any(|size| *size == 0), "an empty document is a document");
    assert!(files.values().any(|size| *size > 2 * aktenfest::limits::FRAME_BYTES as u64), "a document of several frames");
}
