//! `aktenfest completions`: a script with which a shell completes commands and options. It is made from the command line's own
//! description, so that it cannot lag behind.

use clap::{Command, CommandFactory, ValueEnum};

use super::arguments::Arguments;
use super::exit::Exit;
use super::output::Output;

/// Prints a script that completes commands and options.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  aktenfest completions bash > /etc/bash_completion.d/aktenfest")]
pub struct CompletionsArguments {
    /// The shell
    shell: Shell,
}

/// Shells whose completion is a list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Runs the command.
pub fn run(arguments: &CompletionsArguments, output: Output) -> anyhow::Result<Exit> {
    let words = words_of(&Arguments::command());
    let script = match arguments.shell {
        Shell::Bash => bash(&words),
        // zsh reads bash's completions when it is asked to.
        Shell::Zsh => format!("autoload -U +X bashcompinit && bashcompinit\n{}", bash(&words)),
        Shell::Fish => fish(&words),
    };
    Output { json: false, ..output }.result(&(), &script)?;
    Ok(Exit::Done)
}

/// For each command path, e.g. `vault create`, the words that may follow. The first is the program itself.
fn words_of(program: &Command) -> Vec<(String, Vec<String>)> {
    fn visit(command: &Command, path: &str, globals: &[String], found: &mut Vec<(String, Vec<String>)>) {
        let long = |argument: &clap::Arg| argument.get_long().map(|long| format!("--{long}"));
        let mut words: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        words.extend(command.get_arguments().filter_map(long).filter(|word| !globals.contains(word)));
        words.extend(globals.iter().cloned());
        found.push((path.to_owned(), words));
        for sub in command.get_subcommands() {
            visit(sub, &format!("{path} {}", sub.get_name()), globals, found);
        }
    }
    let globals = program.get_arguments().filter(|argument| argument.is_global_set()).filter_map(|argument| argument.get_long());
    let globals: Vec<String> = globals.map(|long| format!("--{long}")).chain(["--help".to_owned()]).collect();
    let mut found = Vec::new();
    visit(program, program.get_name(), &globals, &mut found);
    found
}

fn bash(words: &[(String, Vec<String>)]) -> String {
    let mut script = String::from("_aktenfest() {\n    local path=aktenfest word cur=\"${COMP_WORDS[COMP_CWORD]}\"\n");
    script.push_str("    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        case \"$path $word\" in\n");
    for (path, _) in words.iter().skip(1) {
        script.push_str(&format!("            \"{path}\") path=\"{path}\" ;;\n"));
    }
    script.push_str("        esac\n    done\n    case \"$path\" in\n");
    for (path, follow) in words {
        script.push_str(&format!("        \"{path}\") COMPREPLY=($(compgen -W \"{}\" -- \"$cur\")) ;;\n", follow.join(" ")));
    }
    script.push_str("    esac\n}\ncomplete -o default -F _aktenfest aktenfest\n");
    script
}

fn fish(words: &[(String, Vec<String>)]) -> String {
    let mut script = String::new();
    for (path, follow) in words {
        let seen: Vec<&str> = path.split(' ').skip(1).collect();
        let condition = match seen.as_slice() {
            [] => "__fish_use_subcommand".to_owned(),
            seen => seen.iter().map(|word| format!("__fish_seen_subcommand_from {word}")).collect::<Vec<_>>().join("; and "),
        };
        for word in follow {
            let argument = word.strip_prefix("--").map_or_else(|| format!("-a {word}"), |long| format!("-l {long}"));
            script.push_str(&format!("complete -c aktenfest -n '{condition}' {argument}\n"));
        }
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_is_there() {
        let words = words_of(&Arguments::command());
        let follow = |path: &str| words.iter().find(|(found, _)| found == path).map(|(_, follow)| follow.join(" ")).unwrap_or_default();
        for (path, word) in
            [("aktenfest", "ingest"), ("aktenfest ingest", "--jobs"), ("aktenfest vault create", "--config"), ("aktenfest get", "--json")]
        {
            assert!(follow(path).split(' ').any(|found| found == word), "{path}: {word} in {}", follow(path));
        }
        assert!(bash(&words).contains("\"aktenfest vault create\") path="));
        assert!(fish(&words).contains("-n '__fish_seen_subcommand_from ingest' -l jobs\n"));
    }
}
