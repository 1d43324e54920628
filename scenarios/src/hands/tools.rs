//! Hands for the tools of a session.

use customer_client::CustomerClient;
use wire::tool::PromptAnswer;

use crate::act::ToolAct;
use crate::estate::Estate;
use crate::eyes::Seen;

impl Estate {
    pub(super) fn do_tool_act(&mut self, act: ToolAct) -> Seen {
        match act {
            ToolAct::Opens { rep, customer, tool, access } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.open_tool(now, device, session, tool, access)
                })
            }
            ToolAct::Closes { rep, customer, tool } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.close_tool(now, device, session, tool)
                })
            }
            ToolAct::Answers { customer, tool, allows } => {
                let prompt = self.see(|eyes| {
                    let prompts = &eyes.customer(&customer)?.prompts;
                    let shown = prompts.iter().find(|shown| shown.tool == tool);
                    shown.map(|shown| shown.id).ok_or_else(|| {
                        let asked: Vec<String> = prompts.iter().map(|shown| shown.tool.to_string()).collect();
                        format!("{customer} is asked about [{}]", asked.join(", "))
                    })
                })?;
                let answer = allows.map_or(PromptAnswer::Deny, PromptAnswer::Allow);
                self.customer(&customer, |client, now, device| {
                    client.answer_prompt(now, device, prompt, answer)
                })
            }
            ToolAct::Stops { customer, tool } => self
                .customer(&customer, |client: &mut CustomerClient, now, device| {
                    client.stop_tool(now, device, tool)
                }),
        }
    }
}
