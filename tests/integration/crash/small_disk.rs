//! A file system of a few megabytes, in a mount namespace of its own, so that it can be filled without any privilege.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::cli_support::wait_until;

/// The file system. It disappears with this value.
pub struct SmallDisk {
    /// Keeps the namespace open.
    holder: Child,
    mount_point: PathBuf,
}

impl SmallDisk {
    /// Mounts `mebibytes` on `mount_point`, which must be an empty directory.
    pub fn mount(mount_point: &Path, mebibytes: u32) -> Self {
        let script = format!("mount -t tmpfs -o size={mebibytes}m,mode=700 tmpfs {} && exec sleep 3600", mount_point.display());
        let mut holder = Command::new("unshare");
        holder.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).stdin(Stdio::null());
        let holder = holder.spawn().expect("util-linux has unshare");
        let disk = Self { holder, mount_point: mount_point.to_owned() };
        wait_until("the small disk is mounted", || {
            let mounts = std::fs::read_to_string(format!("/proc/{}/mounts", disk.holder.id())).unwrap_or_default();
            mounts.lines().any(|line| line.contains(mount_point.to_str().unwrap()) && line.contains("tmpfs"))
        });
        disk
    }

    /// A command that sees the disk.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        let target = self.holder.id().to_string();
        command.args(["--user", "--mount", "--preserve-credentials", "--target", &target, "--"]).arg(program).stdin(Stdio::null());
        command
    }

    /// The path under which this process sees a file of the disk.
    pub fn path(&self, name: &str) -> PathBuf {
        let inside = self.mount_point.join(name);
        Path::new(&format!("/proc/{}/root", self.holder.id())).join(inside.strip_prefix("/").unwrap())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
