//! What a clock on a wall says. Every run begins at the Unix epoch, as in captures and in mail.

use wire::SimTime;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A reading of the calendar, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) year: u64,
    /// From 0 on.
    month: usize,
    pub(super) day: u64,
    weekday: usize,
    hour: u64,
    minute: u64,
    second: u64,
    centisecond: u64,
}

impl Reading {
    pub(super) fn of(at: SimTime) -> Self {
        let seconds = at.as_millis() / 1_000;
        let days = seconds / 86_400;
        let (mut year, mut day) = (1970, days);
        while day >= year_days(year) {
            day -= year_days(year);
            year += 1;
        }
        let mut month = 0;
        while day >= month_days(year, month) {
            day -= month_days(year, month);
            month += 1;
        }
        Self {
            year,
            month,
            day: day + 1,
            weekday: (days % 7) as usize,
            hour: seconds / 3_600 % 24,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            centisecond: at.as_millis() / 10 % 100,
        }
    }

    /// `Thu 01/01/1970`.
    pub(super) fn us_date(&self) -> String {
        format!("{} {:02}/{:02}/{}", DAYS[self.weekday], self.month + 1, self.day, self.year)
    }

    /// `9:05:07.25`.
    pub(super) fn us_time(&self) -> String {
        format!("{:2}:{:02}:{:02}.{:02}", self.hour, self.minute, self.second, self.centisecond)
    }

    /// `09:05:07`.
    pub(super) fn time(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }

    /// `Thu Jan  1 09:05:07 UTC 1970`.
    pub(super) fn unix(&self) -> String {
        let (weekday, month) = (DAYS[self.weekday], MONTHS[self.month]);
        format!("{weekday} {month} {:2} {} UTC {}", self.day, self.time(), self.year)
    }

    /// `1970-01-01 09:05:07`.
    pub(super) fn sortable(&self) -> String {
        format!("{}-{:02}-{:02} {}", self.year, self.month + 1, self.day, self.time())
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn year_days(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn month_days(year: u64, month: usize) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_knows_its_leap_years() {
        for (seconds, told) in [
            (0, "Thu Jan  1 00:00:00 UTC 1970"),
            (951_827_696, "Tue Feb 29 12:34:56 UTC 2000"),
            (1_767_225_599, "Wed Dec 31 23:59:59 UTC 2025"),
            (4_107_542_400, "Mon Mar  1 00:00:00 UTC 2100"),
        ] {
            assert_eq!(Reading::of(SimTime::from_secs(seconds)).unix(), told);
        }
        let morning = Reading::of(SimTime::from_millis(9 * 3_600_000 + 307_250));
        assert_eq!((morning.us_date(), morning.us_time()), ("Thu 01/01/1970".into(), " 9:05:07.25".into()));
        assert_eq!(morning.sortable(), "1970-01-01 09:05:07");
    }
}
