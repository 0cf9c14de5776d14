//! The program: reads the command line, runs the command, ends with a number that means something.

use std::process::ExitCode;

use aktenfest::cli::{self, Action, Arguments, Daemon, Exit, ServeArguments};
use aktenfest::config::Config;
use aktenfest::{observe, sys};
use anyhow::Context as _;

fn main() -> ExitCode {
    sys::process::abort_on_panic();
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    let output = arguments.output();
    let ended = match &arguments.action {
        Action::Serve(serve_arguments) => serve(serve_arguments),
        other => runtime().and_then(|runtime| runtime.block_on(cli::run(other, output))),
    };
    let exit = ended.unwrap_or_else(|error| {
        output.complain(&format!("aktenfest: {}", cli::sentence(&error)));
        Exit::of(&error)
    });
    exit.into()
}

/// The story of the daemon from start to stop.
fn serve(arguments: &ServeArguments) -> anyhow::Result<Exit> {
    // A wrong configuration ends here, before anything was touched.
    let config = Config::load(&arguments.config)?;
    // No key is in memory yet.
    sys::process::harden().context("the process cannot be hardened")?;
    sys::process::raise_open_files().context("the limit of open files cannot be raised")?;
    observe::init(config.log)?;
    runtime()?.block_on(async {
        // The start-up check comes first: nobody is served from an archive that has lost something.
        let daemon = Daemon::start(&config).await?;
        cli::notify_ready("serving");
        let reason = daemon.until_told_to_stop().await?;
        daemon.stop(reason).await
    })
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the asynchronous runtime cannot be started")
}
