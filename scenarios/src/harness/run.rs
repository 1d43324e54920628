//! `rehearse run`: plays what is selected, prints how it goes and leaves recordings and reports behind.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::sync::Arc;

use cucumber::writer::{Basic, Coloring, Verbosity};
use cucumber::{Runner as _, Writer as _, cli};
use futures::executor::block_on;
use futures::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};

use super::brief::{self, Lines};
use super::cli::{Format, RunArgs, Surroundings, Trouble};
use super::messages::Messages;
use super::output;
use super::play::Performance;
use super::programme::Programme;
use super::runner::ThreadRunner;
use super::script::scenarios;
use super::stage::Stage;

/// Plays; whether all went well.
pub(crate) fn run<W: Stage>(args: &RunArgs, surroundings: &mut Surroundings<'_>) -> Result<bool, Trouble> {
    let pool = args.play.pool(surroundings)?;
    let root = surroundings.root();
    let programme = Programme::<W>::new(&args.play.selection(), &root)?;
    let folder = output::folder(args.out.as_deref(), surroundings);
    // A place that cannot be written to is found out before anything is played, not after.
    std::fs::create_dir_all(&folder)
        .map_err(|error| Trouble::Report(format!("{}: {error}", folder.display())))?;
    let mut messages = Messages::new(&programme.scripts, Arc::clone(&programme.definitions));
    let problems = programme.problems();
    if !problems.is_empty() {
        surroundings.out.write_all(brief::problems(&problems).as_bytes())?;
        let messages = messages.unplayed(&programme.scripts, &problems);
        output::write(&folder, args.play.seed, &[], &problems, &messages)?;
        return Ok(false);
    }
    let jobs = pool.jobs;
    let clock = Arc::clone(&pool.wall_clock);
    let began = clock();
    let played = Rc::new(RefCell::new(Vec::new()));
    let runner =
        ThreadRunner::new(pool, Arc::clone(&programme.definitions), args.play.seed, root.folder().to_owned())
            .watched_by({
                let played = Rc::clone(&played);
                move |performance| played.borrow_mut().push(performance)
            });
    let performances =
        block_on(listen(runner, &programme, args.format, &played, &mut messages, surroundings))?;
    if args.format == Format::Pretty {
        writeln!(surroundings.out)?;
    }
    for performance in &performances {
        if let Some(failure) = &performance.failure {
            writeln!(surroundings.out, "\n{}", brief::failure_report(performance, failure).trim_end())?;
            if let Some(backtrace) = &failure.backtrace {
                writeln!(surroundings.err, "call stack of {}:\n{backtrace}", performance.scenario.place())?;
            }
        }
    }
    write!(surroundings.out, "\n{}", brief::summary(&performances, args.play.seed))?;
    output::write(&folder, args.play.seed, &performances, &[], &messages.finish())?;
    let page = folder.join("index.html");
    let page = page.strip_prefix(&surroundings.folder).unwrap_or(&page);
    writeln!(surroundings.out, "report: {}", page.display())?;
    let wall = clock().saturating_sub(began);
    writeln!(surroundings.err, "took {:.2} s of real time, up to {jobs} at once", wall.as_secs_f64())?;
    Ok(performances.iter().all(Performance::passed))
}

/// Hears out the runner, and prints what happens as soon as its turn comes.
async fn listen<W: Stage>(
    runner: ThreadRunner<W>,
    programme: &Programme<W>,
    format: Format,
    played: &Rc<RefCell<Vec<Performance>>>,
    messages: &mut Messages<W>,
    surroundings: &mut Surroundings<'_>,
) -> Result<Vec<Performance>, Trouble> {
    let features: Vec<_> = programme.scripts.iter().map(|script| Ok(script.feature.clone())).collect();
    let bar = progress_bar(programme, surroundings.watched);
    let mut lines = Lines::default();
    let mut performances = Vec::new();
    let mut pretty = Basic::raw(Vec::new(), Coloring::Never, Verbosity::Default);
    let mut events = runner.run(stream::iter(features), cli::Empty);
    while let Some(event) = events.next().await {
        let now_played: Vec<Performance> = mem::take(&mut played.borrow_mut());
        bar.inc(now_played.len() as u64);
        messages.handle_event(event.clone(), &cli::Empty).await;
        if format == Format::Brief {
            for performance in &now_played {
                bar.suspend(|| lines.print(surroundings.out, performance, performance.passed()))?;
            }
        } else {
            pretty.handle_event(event, &plain()).await;
            let text = mem::take(&mut *pretty);
            bar.suspend(|| surroundings.out.write_all(&text))?;
        }
        performances.extend(now_played);
    }
    bar.finish_and_clear();
    Ok(performances)
}

/// The options of the `cucumber` crate's writer.
fn plain() -> cucumber::writer::basic::Cli {
    cucumber::writer::basic::Cli { verbose: 0, color: Coloring::Never }
}

fn progress_bar<W>(programme: &Programme<W>, watched: bool) -> ProgressBar {
    if !watched {
        return ProgressBar::hidden();
    }
    let length = programme.scripts.iter().map(|script| scenarios(&script.feature).count()).sum::<usize>();
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} scenarios {elapsed}");
    ProgressBar::new(length as u64).with_style(style.expect("the template is sound"))
}
