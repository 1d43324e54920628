//! A site file as anybody might write it.

#![no_main]

use appliance::Site;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Site::parse("fuzz.toml", text) {
        Err(errors) => {
            assert!(!errors.0.is_empty(), "refused for no reason");
            for error in &errors.0 {
                let lines = text.matches('\n').count() + 1;
                assert!((1..=lines).contains(&error.line), "{error}: the file has {lines} lines");
            }
        }
        Ok(site) => {
            // Every name in it leads somewhere.
            for (id, rep) in site.reps() {
                assert_eq!(
                    site.rep_named(&rep.user_name),
                    Some(id),
                    "two accounts are called {:?}",
                    rep.user_name
                );
                assert!(rep.portals.iter().all(|portal| (portal.0 as usize) < site.portals.len()));
                assert!(rep.teams.iter().all(|team| (team.0 as usize) < site.teams.len()));
                assert!(
                    rep.networks.as_ref().is_none_or(|limit| !limit.allow.is_empty()),
                    "limited to nowhere"
                );
                assert!(rep.jump_groups.iter().all(|group| *group < site.jump_groups.len()));
            }
            assert!(site.issues.iter().all(|issue| (issue.team.0 as usize) < site.teams.len()));
            assert!(!site.keys.alphabet.is_empty());
        }
    }
});
