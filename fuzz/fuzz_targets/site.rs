//! A site file as anybody might write it.

#![no_main]

use appliance::policy::{JumpContext, PolicyContext};
use appliance::{JumpOwner, Site, WaitingRuleKind};
use libfuzzer_sys::fuzz_target;
use wire::{PortalId, QueueId, RepId};

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
            let skill = |skill: &usize| *skill < site.skills.len();
            assert!(site.issues.iter().all(|issue| issue.skills.iter().all(skill)));
            for (id, rep) in site.reps() {
                assert!(rep.skills.iter().all(skill));
                // Whoever follows parents comes to an end.
                (0..site.skills.len()).for_each(|skill| drop(site.suits(id, skill)));
            }
            for team in &site.teams {
                assert!(team.alert_warning <= team.alert_timeout);
                if let Some(rule) = team.waiting_rule {
                    assert!(!rule.least_stay.is_zero(), "bouncing is bounded");
                    if let WaitingRuleKind::Overflow(to) = rule.kind {
                        assert!((to.0 as usize) < site.teams.len());
                    }
                }
            }
            for entrance in site.help_links.iter().chain(&site.support_buttons) {
                assert!(entrance.portal < site.portals.len());
                match entrance.to {
                    QueueId::Team(team) => assert!((team.0 as usize) < site.teams.len()),
                    QueueId::Personal(rep) => assert!((rep.0 as usize) < site.representatives.len()),
                }
            }
            assert!(!site.keys.alphabet.is_empty());
            assert!(site.sharing.external_policy.is_none_or(|policy| policy < site.session_policies.len()));
            // Whoever asks what applies gets an answer, wherever policies are attached.
            let places = site.representatives.len().max(site.portals.len()).max(site.jump_groups.len());
            for place in (0..places).filter(|_| !site.representatives.is_empty()) {
                for user_present in [false, true] {
                    let jump = (place < site.jump_groups.len())
                        .then(|| JumpContext { owner: JumpOwner::Group(place), user_present });
                    let rep = RepId((place % site.representatives.len()) as u32);
                    let portal = PortalId((place % site.portals.len()) as u32);
                    let decided = site.decide(&PolicyContext { rep, portal: Some(portal), jump });
                    assert!(decided.scripts().iter().all(|script| *script < site.scripts.len()));
                }
            }
        }
    }
});
