//! Settings of the console itself, kept on its machine (SET).

use device::{Device, Sound};
use wire::SimTime;

use crate::console::RepConsole;
use crate::error::ConsoleError;

impl RepConsole {
    /// Turns sound effects on or off (SET-01).
    pub fn set_sounds(&mut self, now: SimTime, device: &mut dyn Device, on: bool) {
        self.touched(now);
        self.settings.sounds = on;
        self.keep_settings(device);
    }

    /// Ticks "Keep screen awake", or unticks it (SET-03).
    ///
    /// # Errors
    /// This console has no touch screen.
    pub fn set_keep_screen_awake(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        on: bool,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("to keep the screen awake")?;
        self.touched(now);
        self.settings.keep_screen_awake = on;
        self.keep_settings(device);
        self.mind_the_screen(device);
        Ok(())
    }

    /// Ticks "Scale pointer movement", or unticks it (SET-04).
    ///
    /// # Errors
    /// This console has no touch screen.
    pub fn set_scale_pointer(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        on: bool,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("to scale pointer movement")?;
        self.touched(now);
        self.settings.scale_pointer = on;
        self.keep_settings(device);
        Ok(())
    }

    /// Ticks "Swap scroll and pan gestures", or unticks it (SET-05).
    ///
    /// # Errors
    /// This console has no touch screen.
    pub fn set_swap_scroll_and_pan(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        on: bool,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("to swap gestures")?;
        self.touched(now);
        self.settings.swap_scroll_and_pan = on;
        self.keep_settings(device);
        self.follow_gestures();
        Ok(())
    }
}

impl RepConsole {
    /// Plays a sound, if sounds are on (SET-01).
    pub(crate) fn sound(&self, device: &mut dyn Device, sound: Sound) {
        if self.settings.sounds {
            device.play_sound(sound);
        }
    }

    /// While a session is in front and the box is ticked, the screen does not dim (SET-03).
    pub(crate) fn mind_the_screen(&mut self, device: &mut dyn Device) {
        let awake = self.settings.keep_screen_awake && self.view.front.is_some();
        if self.keeps_awake != awake {
            self.keeps_awake = awake;
            device.keep_awake(awake);
        }
    }

    pub(crate) fn show_settings(&mut self) {
        let settings = self.settings.clone();
        let view = &mut *self.view;
        view.sort = settings.sort;
        view.sort_reversed = settings.sort_reversed;
        view.columns = settings.columns;
        view.sounds = settings.sounds;
        view.keep_screen_awake = settings.keep_screen_awake;
        view.scale_pointer = settings.scale_pointer;
        view.swap_scroll_and_pan = settings.swap_scroll_and_pan;
    }

    fn keep_settings(&mut self, device: &mut dyn Device) {
        self.show_settings();
        self.settings.save(device);
    }
}
