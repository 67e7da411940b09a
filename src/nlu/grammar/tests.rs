//! Hostile grammars and lines: every search ends within its steps, and nothing panics.

use super::search::{MOST_STEPS, search};
use super::{Automaton, Library};
use crate::nlu::NluError;
use crate::nlu::units::{MOST_CHARS, Numerals, Units};
use proptest::prelude::*;

fn compile(rules: &str) -> Result<Automaton, NluError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.gram");
    std::fs::write(&file, format!("#ABNF 1.0 UTF-8;\nroot $a;\n{rules}")).unwrap();
    let mut library = Library::default();
    library.read_folder(folder.path())?;
    library.compile(&file, None)
}

/// Searches a line, and gives how many ends there are and how many steps it took.
fn walk(grammar: &Automaton, line: &str) -> (usize, usize) {
    let units = Units::hear(line, Numerals::AsNumbers);
    for found in grammar.find_apart(&units).take(3) {
        assert!(found.units.end <= units.units.len());
    }
    let search = search(grammar, &units);
    (search.ends().len(), search.steps())
}

const HOSTILE: [&str; 10] = [
    "$a = ((王<0->)<0->)<0->;",
    "$a = ($NULL<0->)<0-> 王;",
    "$a = [[[王]]]<0-64>;",
    "$a = ([王] [王] [王] [王])<0-64>;",
    "$a = ($GARBAGE $GARBAGE $GARBAGE)<0->;",
    "$a = ($GARBAGE 王 $GARBAGE)<0->;",
    "$a = (王 | 王 | 王 | /0.001/ 王 | 汪 | 往)<0->;",
    "$a = ({out += \"x\"})<0-> (王 {out += \"长\"})<1->;",
    "$a = ($<builtin:han> | $<builtin:given> | $<builtin:letter> | $<builtin:pause>)<0->;",
    "$a = $VOID | (王 $VOID)<0-> | $<builtin:pause>;",
];

#[test]
fn a_hostile_grammar_ends_within_its_steps_on_the_longest_line() {
    let lines = [
        "王",
        "王，",
        "国权路525弄",
        "嗯",
        "😀",
        "\u{0}\u{7}王",
        "𠀀",
        "Ж1",
    ];
    for rules in HOSTILE {
        let grammar = compile(rules).unwrap();
        for line in lines {
            let line: String = line.chars().cycle().take(MOST_CHARS).collect();
            let (ends, steps) = walk(&grammar, &line);
            assert!(
                ends <= MOST_CHARS && steps <= MOST_STEPS + 1,
                "{rules} {steps}"
            );
        }
    }
}

#[test]
fn a_grammar_that_grows_without_end_is_refused() {
    let doubling: String = (0..40)
        .map(|n| format!("$r{n} = $r{next} $r{next};\n", next = n + 1))
        .collect();
    let chain: String = (0..5_000)
        .map(|n| format!("$r{n} = $r{next};\n", next = n + 1))
        .collect();
    for (rules, message) in [
        (
            "$a = ((((王<64>)<64>)<64>)<64>)<64>;".to_owned(),
            "grows beyond",
        ),
        (format!("$a = $r0;\n{doubling}$r40 = 王;"), "grows beyond"),
        (format!("$a = $r0;\n{chain}$r5000 = 王;"), "deep"),
        ("$a = 王 $a;".to_owned(), "refers to itself"),
        ("$a = $b; $b = $a;".to_owned(), "refers to itself"),
        (
            format!("$a = {}王{};", "(".repeat(5_000), ")".repeat(5_000)),
            "deep",
        ),
    ] {
        let error = compile(&rules).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_grammar_text_makes_the_reader_panic(rules in "[$a=;|()\\[\\]<>0-9{}\"/王不 .#:-]{0,60}|\\PC{0,40}") {
        let _ = compile(&rules);
        let _ = compile(&format!("$a = {rules};"));
    }

    #[test]
    fn no_line_makes_a_search_panic(line in "[王国1２三,，。 嗯😀\u{0}\u{202e}\u{fe0f}A-cЖ한か]{0,80}|\\PC{0,60}", nth in 0..HOSTILE.len()) {
        let grammar = compile(HOSTILE[nth]).unwrap();
        let (_, steps) = walk(&grammar, &line);
        prop_assert!(steps <= MOST_STEPS + 1);
    }
}
