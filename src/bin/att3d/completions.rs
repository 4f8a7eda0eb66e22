//! `att3d completions` and `att3d man`: print shell completions and manual pages.

use clap::{Args, Command};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::failure::Failure;
use crate::output::print_bytes;

/// Arguments of `att3d completions`.
#[derive(Args)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Runs the verb. command: the whole command. Errors: `Output`.
    pub fn run(&self, mut command: Command) -> Result<(), Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut command, "att3d", &mut script);
        print_bytes(&script)
    }
}

/// Arguments of `att3d man`.
#[derive(Args)]
pub struct Manual {
    /// The verb whose page is printed. Default: the page of the whole command.
    verb: Option<String>,
}

impl Manual {
    /// Runs the verb. command: the whole command. Errors: `NoVerb`, `Output`.
    pub fn run(&self, mut command: Command) -> Result<(), Failure> {
        command.build();
        let page = match &self.verb {
            None => command,
            Some(verb) => page_of(&command, verb)?,
        };
        let mut text = Vec::new();
        Man::new(page).render(&mut text).map_err(Failure::Output)?;
        print_bytes(&text)
    }
}

/// Returns a verb as a separate command, whose page clap names att3d-VERB. Errors: `NoVerb`.
fn page_of(command: &Command, verb: &str) -> Result<Command, Failure> {
    let verbs = || command.get_subcommands().filter(|found| !found.is_hide_set());
    let found = verbs().find(|found| found.get_name() == verb).ok_or_else(|| {
        let verbs: Vec<_> = verbs().map(Command::get_name).collect();
        Failure::NoVerb { verb: verb.to_owned(), verbs: verbs.join(", ") }
    })?;
    Ok(found.clone())
}
