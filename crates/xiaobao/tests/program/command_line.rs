//! Help, versions, completions, and what a wrong command line gets.

use std::process::Stdio;

use crate::house::{House, Ran, program, run};

fn here(arguments: &[&str]) -> Ran {
    run(&std::env::temp_dir(), arguments)
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let commands: &[&[&str]] = &[
        &["serve"],
        &["demo"],
        &["migrate"],
        &["import", "orgs"],
        &["import", "staff"],
        &["import", "customers"],
        &["import", "complaints"],
        &["export", "complaints"],
        &["ledger", "verify"],
        &["ledger", "checkpoint"],
        &["backup"],
        &["restore"],
        &["holidays", "import"],
        &["admin", "create-user"],
        &["admin", "reset-password"],
        &["keys", "generate"],
        &["keys", "show"],
        &["keys", "prepare"],
        &["keys", "rotate"],
        &["keys", "renew"],
        &["keys", "remove"],
        &["openapi"],
        &["completions"],
    ];
    let listed = here(&["--help"]).ended(0).out;
    for command in commands {
        assert!(listed.contains(command[0]), "{command:?} is not in the list");
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let example = format!("xiaobao {}", command.join(" "));
        here(&arguments).ended(0).says(&["Examples 示例", &example]);
    }
}

#[test]
fn a_wrong_command_line_is_refused() {
    for arguments in [&["launch"][..], &["serve", "--lisen", "x"], &["import"], &["completions", "tcsh"], &[]] {
        here(arguments).ended(2);
    }
    here(&["--version"]).ended(0).says(&["xiaobao 0."]);
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        here(&["completions", shell]).ended(0).says(&["complaints", "checkpoint"]);
    }
}

#[test]
fn the_interface_is_described_without_a_house() {
    let out = here(&["openapi"]).ended(0).out;
    let description: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    assert!(description["paths"].as_object().unwrap().len() > 10);
}

#[test]
fn messages_speak_the_language_asked_for() {
    here(&["serve", "--language", "zh"]).ended(2).says(&["没有设置"]);
    here(&["serve", "--language", "en"]).ended(2).says(&["is not set"]);
}

#[test]
fn whoever_has_seen_enough_hears_nothing() {
    let mut command = program(&std::env::temp_dir());
    let mut child = command.arg("openapi").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The description is longer than a pipe holds, so the program meets the closed end.
    drop(child.stdout.take());
    let ran = Ran::from(child.wait_with_output().unwrap()).ended(0);
    assert_eq!(ran.err, "");
}

#[test]
fn looking_at_what_would_run_makes_no_database() {
    let house = House::unmigrated("sqlite:bank.db");
    let listed = house.run(&["migrate", "--list"]).ended(0).out;
    assert!(!house.file("bank.db").exists());
    assert_eq!(house.run(&["migrate"]).ended(0).out.lines().count(), listed.lines().count() + 1);
    assert_eq!(house.run(&["migrate", "--list"]).ended(0).out, "");
}
