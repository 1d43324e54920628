//! Hands for what takes more than one look at the console: keys, options, jumps.

use rep_console::{KeyOptions, OptionEntry, RepConsole};

use crate::estate::{Estate, ShownKey};
use crate::eyes::Seen;

impl Estate {
    pub(super) fn generate_key(&mut self, rep: &str, portal: Option<&str>, valid_s: Option<u32>) -> Seen {
        let portal = match portal {
            None => None,
            Some(name) => {
                let portals = &self.site()?.site.portals;
                let place = portals.iter().position(|portal| portal.name == name);
                Some(wire::PortalId(place.ok_or_else(|| format!("the site has no portal {name:?}"))? as u32))
            }
        };
        let before = self.eyes().console(rep)?.key.clone();
        let notices = self.eyes().console(rep)?.notices.len();
        let options = KeyOptions { portal, valid_s };
        self.rep(rep, |console, now, device| console.generate_key(now, device, options))?;
        let shown = self.see(|eyes| {
            let view = eyes.console(rep)?;
            let told = view.notices.len() > notices;
            if view.key != before || told { Ok(view.key.clone()) } else { Err("nothing yet".to_owned()) }
        })?;
        if let Some(key) = shown.filter(|key| Some(key) != before.as_ref()) {
            let key = ShownKey { key: key.key, url: key.url };
            self.keys.entry(rep.to_owned()).or_default().push(key);
        }
        Ok(())
    }

    pub(super) fn pick_option(&mut self, rep: &str, customer: &str, option: &str) -> Seen {
        let wanted: OptionEntry = option.parse().map_err(|_| format!("no option is called {option:?}"))?;
        let offered = &self.eyes().console(rep)?.options;
        if !offered.contains(&wanted) {
            return Err(format!("{rep}'s console offers the options {offered:?}"));
        }
        self.on_page(rep, customer, |console, now, device, session| {
            console.pick_option(now, device, session, wanted)
        })
    }

    pub(super) fn jump(&mut self, rep: &str, computer: &str) -> Seen {
        self.rep(rep, RepConsole::refresh_jump_items)?;
        let id = self.see(|eyes| eyes.jump_item(rep, computer).map(|item| item.id))?;
        self.rep(rep, |console, now, device| console.jump(now, device, id))
    }
}
