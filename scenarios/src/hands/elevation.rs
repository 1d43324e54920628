//! Hands for elevation, and for what customers do before a session beside the portal.

use customer_client::{CustomerClient, ElevationStep, Stage};
use rep_console::RepConsole;

use crate::act::{ElevationAct, StartAct};
use crate::estate::Estate;
use crate::eyes::{Eyes, Seen};
use crate::hands::at_stage;

impl Estate {
    pub(super) fn do_elevation_act(&mut self, act: ElevationAct) -> Seen {
        match act {
            ElevationAct::ToFullClient { rep, customer } => {
                self.on_page(&rep, &customer, RepConsole::elevate_to_full_client)
            }
            ElevationAct::PromptsCustomer { rep, customer } => {
                self.on_page(&rep, &customer, RepConsole::prompt_for_credentials)
            }
            ElevationAct::ProvidesCredentials { rep, customer, user, password } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.provide_credentials(now, device, session, &user, &password)
                })
            }
            ElevationAct::SwitchesUser { rep, customer, user } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.switch_user(now, device, session, &user)
                })
            }
            ElevationAct::Answers { customer, accepts } => {
                self.see(|eyes| at_step(eyes, &customer, |_| true))?;
                self.customer(&customer, |client, now, device| client.answer_elevation(now, device, accepts))
            }
            ElevationAct::GivesCredentials { customer, user, password } => {
                self.see(|eyes| {
                    at_step(eyes, &customer, |step| *step == ElevationStep::AskedForCredentials)
                })?;
                self.customer(&customer, |client, now, device| {
                    client.give_credentials(now, device, &user, &password)
                })
            }
        }
    }

    pub(super) fn do_start_act(&mut self, act: StartAct) -> Seen {
        match act {
            StartAct::GivesName { customer, name } => {
                self.see(|eyes| at_stage(eyes, &customer, |stage| matches!(stage, Stage::ChatName)))?;
                self.customer(&customer, |client, now, device| client.give_name(now, device, &name))
            }
            StartAct::AnswersChatPrompt { customer, accepts } => {
                self.see(|eyes| at_stage(eyes, &customer, |stage| matches!(stage, Stage::ChatPrompt)))?;
                self.customer(&customer, |client, now, device| {
                    client.answer_chat_prompt(now, device, accepts)
                })
            }
            StartAct::OpensApp { customer, app } => {
                self.customer(&customer, |client, now, device| client.open_app(now, device, app.on_device()))
            }
            StartAct::ChoosesSite { customer, site } => {
                self.see(|eyes| {
                    at_stage(eyes, &customer, |stage| matches!(stage, Stage::ChooseSite { .. }))
                })?;
                self.customer(&customer, |client: &mut CustomerClient, now, device| {
                    client.choose_site(now, device, &site)
                })
            }
            StartAct::ChoosesApp { customer, app } => {
                self.see(|eyes| {
                    at_stage(eyes, &customer, |stage| matches!(stage, Stage::ChooseApp(_))).or_else(|_| {
                        at_step(eyes, &customer, |step| matches!(step, ElevationStep::ChooseApp(_)))
                    })
                })?;
                self.customer(&customer, |client, now, device| {
                    client.choose_app(now, device, app.on_device())
                })
            }
        }
    }
}

/// An elevation is so far on a customer's screen.
pub(crate) fn at_step(eyes: Eyes<'_>, customer: &str, wanted: impl Fn(&ElevationStep) -> bool) -> Seen {
    match &eyes.customer(customer)?.elevation {
        Some(shown) if wanted(&shown.step) => Ok(()),
        Some(shown) => Err(format!("{customer}: elevation: {:?}", shown.step)),
        None => Err(format!("{customer}: {}, and no word of elevation", eyes.stage_words(customer))),
    }
}
