//! Everything that can be known about a home before it runs: texts that parse and fit together,
//! partner files without contradictions, agreements that a grammar and a guide can serve.

use crate::grammar::error::GrammarError;
use crate::grammar::library::{Library, Via};
use crate::partner::directory::Directory;
use crate::partner::profile::{Agreement, Partner};
use crate::partner::table::Problem;
use crate::vocabulary::suggest::nearest;

use super::home::Texts;
use super::settings::Settings;

/// What was found.
#[derive(Debug, Default)]
pub struct Inspection {
    /// What must be mended before the daemon runs.
    pub problems: Vec<Problem>,
    /// What works, but deserves a look.
    pub warnings: Vec<Problem>,
    /// The partners, when all their files are sound.
    pub directory: Option<Directory>,
    /// The texts in force: shipped ones and the home's.
    pub library: Library,
}

/// Looks at every text of a home.
#[must_use]
pub fn inspect(texts: &Texts) -> Inspection {
    let library = Library::shipped();
    let problems = texts.problems.clone();
    let mut found = Inspection { library, problems, ..Inspection::default() };
    for (path, text) in texts.grammars.iter().chain(&texts.guides) {
        // What is wrong with the text alone is also told by `check` below.
        let _told_by_check = found.library.add(path, text);
    }
    let own = |path: &str| {
        texts.guides.iter().any(|(guide, _)| guide == path)
            || texts.grammars.iter().any(|(grammar, _)| grammar == path)
    };
    for error in found.library.check() {
        found.problems.push(grammar_problem(&error, own(&error.file)));
    }
    if let Err(problems) = Settings::read("edigate.toml", &texts.settings) {
        found.problems.extend(problems);
    }
    match texts.directory() {
        Err(problems) => found.problems.extend(problems.into_iter().map(in_partners)),
        Ok(directory) => {
            found.warnings.extend(directory.contradictions().into_iter().map(in_partners));
            for partner in directory.partners() {
                for agreement in &partner.agreements {
                    serve(&mut found, partner, agreement);
                }
            }
            found.directory = Some(directory);
        }
    }
    found
}

fn in_partners(problem: Problem) -> Problem {
    Problem { file: format!("partners/{}", problem.file), ..problem }
}

fn grammar_problem(error: &GrammarError, own: bool) -> Problem {
    let folder = if error.file.ends_with(".guide") { "partners" } else { "grammars" };
    Problem {
        file: if own { format!("{folder}/{}", error.file) } else { error.file.clone() },
        line: usize::try_from(error.line).unwrap_or(0),
        column: usize::try_from(error.column).unwrap_or(0),
        sentence: error.sentence.clone(),
        hint: error.hint.clone().unwrap_or_default(),
    }
}

/// Whether a grammar and a guide can serve an agreement.
fn serve(found: &mut Inspection, partner: &Partner, agreement: &Agreement) {
    let at = |sentence: String, hint: String| Problem {
        file: format!("partners/{}.toml", partner.key),
        line: agreement.line,
        column: 1,
        sentence,
        hint,
    };
    if let Some(guide) = &agreement.guide {
        let guides = found.library.guides();
        if !guides.contains(guide) {
            let hint = nearest(guide, guides.iter().map(String::as_str)).map_or_else(
                || format!("write it as partners/{guide}.guide"),
                |near| format!("did you mean {near}?"),
            );
            found.problems.push(at(format!("no guide is called \"{guide}\""), hint));
            return;
        }
        // A guide that does not compile has been told with its own line.
        if let Ok(schema) = found.library.schema(guide)
            && schema.set != agreement.set
        {
            let sentence =
                format!("guide {guide} is about the {}, not the {}", schema.set, agreement.set);
            found.problems.push(at(sentence, "name a guide of the same set".to_owned()));
        }
    }
    let releases = found.library.releases(&agreement.set);
    if releases.is_empty() {
        let hint = format!("known sets: {}", found.library.sets().join(", "));
        let sentence = format!("no grammar knows the set {}", agreement.set);
        found.problems.push(at(sentence, hint));
        return;
    }
    let Some(release) = &agreement.release else { return };
    let resolution = found.library.resolve(release, &agreement.set, None);
    let used = resolution.schema.as_ref().map(|schema| schema.rule.clone()).unwrap_or_default();
    if matches!(resolution.via, Via::Older | Via::Newer | Via::Unknown) {
        let sentence = format!("no grammar has the {} in {release}", agreement.set);
        let hint = if used.is_empty() {
            format!("it is known in: {}", releases.join(", "))
        } else {
            format!("{used} would be used, with a warning on every file")
        };
        found.warnings.push(at(sentence, hint));
    }
}

#[cfg(test)]
mod tests {
    use super::inspect;
    use crate::service::home::Texts;

    fn partner(agreement: &str) -> String {
        format!(
            r#"name = "A"
timezone = "UTC"
contact = "a@a.example"
identity.interchange = "ZZ:A"
ours.interchange = "ZZ:US"
endpoint.drop.kind = "directory"
[[receive]]
owner = "me"
environment = "test"
source_of_truth = "odoo"
latency = "daily"
{agreement}"#
        )
    }

    fn told(agreement: &str, guide: &str) -> Vec<String> {
        let mut texts = Texts::default();
        texts.partners.push(("a.toml".to_owned(), partner(agreement)));
        if !guide.is_empty() {
            texts.guides.push(("a/850.guide".to_owned(), guide.to_owned()));
        }
        let found = inspect(&texts);
        found.problems.iter().chain(&found.warnings).map(ToString::to_string).collect()
    }

    const GUIDE: &str = "guide    a 850\nnarrows  x12/004010/850\nrequire  REF where 01 is IA\n";

    #[test]
    fn a_sound_home_has_nothing_to_tell() {
        let agreement = "set = \"850\"\nrelease = \"004010\"\nguide = \"a/850\"";
        assert_eq!(told(agreement, GUIDE), Vec::<String>::new());
    }

    #[test]
    fn a_guide_that_is_not_there_is_told_at_the_agreement() {
        let told = told("set = \"850\"\nguide = \"a/805\"", GUIDE);
        assert_eq!(
            told,
            ["partners/a.toml:7:1: no guide is called \"a/805\"; did you mean a/850?"]
        );
    }

    #[test]
    fn a_guide_of_another_set_cannot_serve() {
        let told = told("set = \"855\"\nguide = \"a/850\"", GUIDE);
        assert!(told[0].contains("is about the 850, not the 855"), "{told:?}");
    }

    #[test]
    fn a_fault_of_a_guide_is_told_with_the_guides_own_line() {
        let told = told("set = \"850\"", &GUIDE.replace("require", "reqire"));
        assert!(told[0].starts_with("partners/a/850.guide:3:1:"), "{told:?}");
    }

    #[test]
    fn what_contradicts_itself_is_warned_of() {
        let agreed = |acknowledge: &str| {
            format!("set = \"850\"\nrelease = \"004010\"\nacknowledge = {{ {acknowledge} }}")
        };
        let nothing = told(&agreed("with = \"nothing\", within = \"1 hour\""), "");
        assert!(nothing[0].contains("within says by when, and with = \"nothing\""), "{nothing:?}");
        let newer = told(&agreed("with = \"999\""), "");
        assert!(newer[0].contains("999 came with 005010"), "{newer:?}");
        assert_eq!(told(&agreed("with = \"997\", within = \"1 hour\""), ""), [""; 0]);
    }

    #[test]
    fn one_identity_for_both_and_a_second_folder_are_warned_of() {
        let agreement = "set = \"850\"\nrelease = \"004010\"";
        let text = partner(agreement).replace("\"ZZ:US\"", "\"ZZ:A\"").replace(
            "endpoint.drop.kind = \"directory\"",
            "endpoint.drop.kind = \"directory\"\nendpoint.second.kind = \"directory\"",
        );
        let mut texts = Texts::default();
        texts.partners.push(("a.toml".to_owned(), text));
        let found = inspect(&texts);
        assert!(found.problems.is_empty(), "{:?}", found.problems);
        let told: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("ZZ:A is named as theirs and as ours"), "{told:?}");
        assert!(told[1].contains("is never used"), "{told:?}");
    }

    #[test]
    fn a_set_that_no_grammar_knows_is_a_problem_and_a_far_release_a_warning() {
        assert!(told("set = \"999999\"", "")[0].contains("no grammar knows"));
        let told = told("set = \"850\"\nrelease = \"003010\"", "");
        assert!(told[0].contains("with a warning on every file"), "{told:?}");
    }
}
