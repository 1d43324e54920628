//! What is seen on the screen while somebody works at it, frame by frame.

use image::RgbaImage;
use wire::Rect;

use super::canvas::{Colour, Face, HEIGHT, Pen, Place, SCREEN, WIDTH, chance, fill, natural, paint, place};

const TITLE: (Face, u32) = (Face::Sans, 16);
const CODE: (Face, u32) = (Face::Mono, 14);
const INKS: [Colour; 6] = [0xd4_d4d4, 0x56_9cd6, 0xce_9178, 0x6a_9955, 0xdc_dcaa, 0x4e_c9b0];
const EDITOR: Colour = 0x1e_1e1e;
const BAR_HEIGHT: i32 = 40;

/// A kind of work at a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// A caret blinks, and once the clock goes on.
    Idle,
    /// A character in each second frame.
    Typing,
    /// A document goes up by 24 pixels a frame.
    Scroll,
    /// A window is dragged by 8 pixels to the right and 3 down.
    Drag,
    /// A region of 640 by 360 shows a moving picture with grain.
    Video,
    /// Three whole screens in turn, one each frame.
    Switch,
}

/// Frames that are to be shown one after the other.
pub struct Footage {
    /// The pictures, all of one size.
    pub frames: Vec<RgbaImage>,
    /// What changes with each: a rectangle around it, or nothing.
    pub damage: Vec<Vec<Rect>>,
}

impl Workload {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Idle, Self::Typing, Self::Scroll, Self::Drag, Self::Video, Self::Switch];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Typing => "typing",
            Self::Scroll => "scroll",
            Self::Drag => "drag",
            Self::Video => "video",
            Self::Switch => "switch",
        }
    }

    /// So many frames of it, which are the same each time.
    pub fn footage(self, number: usize) -> Footage {
        let mut artist = Artist { pen: Pen::new(), desktop: RgbaImage::new(WIDTH as u32, HEIGHT as u32) };
        artist.draw_desktop();
        let frames = match self {
            Self::Idle => artist.idle(number),
            Self::Typing => artist.typing(number),
            Self::Scroll => artist.scroll(number),
            Self::Drag => artist.drag(number),
            Self::Video => artist.video(number),
            Self::Switch => artist.switch(number),
        };
        let mut damage = vec![vec![Rect { x: 0, y: 0, width: WIDTH as u32, height: HEIGHT as u32 }]];
        damage.extend(frames.windows(2).map(|pair| difference(&pair[0], &pair[1]).into_iter().collect()));
        Footage { frames, damage }
    }
}

/// The rectangle around all that differs.
fn difference(a: &RgbaImage, b: &RgbaImage) -> Option<Rect> {
    let (mut left, mut right, mut top, mut bottom) = (u32::MAX, 0, u32::MAX, 0);
    for ((x, y, a), b) in a.enumerate_pixels().zip(b.pixels()) {
        if a != b {
            (left, right) = (left.min(x), right.max(x + 1));
            (top, bottom) = (top.min(y), bottom.max(y + 1));
        }
    }
    let rect = || Rect { x: left as i32, y: top as i32, width: right - left, height: bottom - top };
    (right > left).then(rect)
}

struct Artist {
    pen: Pen,
    /// An editor in front of a wallpaper.
    desktop: RgbaImage,
}

impl Artist {
    fn idle(&mut self, number: usize) -> Vec<RgbaImage> {
        let frame = |frame: usize| {
            let mut screen = self.desktop.clone();
            if (frame / 15).is_multiple_of(2) {
                fill(&mut screen, place(500, 400, 2, 17), 0xff_ffff);
            }
            if frame >= number / 2 {
                self.task_bar(&mut screen, "10:43");
            }
            screen
        };
        (0..number).map(frame).collect()
    }

    fn typing(&mut self, number: usize) -> Vec<RgbaImage> {
        const LINE: Place = place(370, 394, 1_000, 190);
        let mut screen = self.desktop.clone();
        fill(&mut screen, LINE, EDITOR);
        let caret = |x: i32, y: i32| place(x, y - 14, 2, 17);
        let (mut x, mut y) = (LINE.x, LINE.y + 15);
        let frame = |frame: usize| {
            fill(&mut screen, caret(x, y), EDITOR);
            if frame.is_multiple_of(2) {
                let what = chance(frame as i32, 0, 99);
                let letter = if what.is_multiple_of(6) { ' ' } else { char::from(b'a' + (what % 26) as u8) };
                let ink = INKS[frame / 12 % INKS.len()];
                x = self.pen.write(&mut screen, CODE, (x, y), &letter.to_string(), ink, SCREEN);
                if x > 800 {
                    (x, y) = (LINE.x, y + 19);
                }
            }
            fill(&mut screen, caret(x, y), 0xff_ffff);
            screen.clone()
        };
        (0..number).map(frame).collect()
    }

    fn scroll(&mut self, number: usize) -> Vec<RgbaImage> {
        let mut screen = RgbaImage::new(WIDTH as u32, HEIGHT as u32);
        wallpaper(&mut screen);
        self.task_bar(&mut screen, "10:42");
        self.window(&mut screen, place(200, 60, 1_300, 930), "Administration guide - browser", 0xff_ffff);
        let frame = |frame: usize| {
            self.document(&mut screen, place(201, 91, 1_298, 898), 24 * (40 + frame as i32));
            screen.clone()
        };
        (0..number).map(frame).collect()
    }

    fn drag(&mut self, number: usize) -> Vec<RgbaImage> {
        let mut window = RgbaImage::new(WIDTH as u32, HEIGHT as u32);
        self.window(&mut window, place(0, 0, 800, 600), "Session properties", 0xf5_f5f5);
        self.document(&mut window, place(1, 31, 798, 568), 500);
        let window = image::imageops::crop_imm(&window, 0, 0, 800, 600).to_image();
        let frame = |frame: usize| {
            let mut screen = self.desktop.clone();
            let (x, y) = (100 + frame as i64 * 8, 80 + frame as i64 * 3);
            image::imageops::replace(&mut screen, &window, x, y);
            screen
        };
        (0..number).map(frame).collect()
    }

    fn video(&mut self, number: usize) -> Vec<RgbaImage> {
        let frame = |frame: usize| {
            let mut screen = self.desktop.clone();
            let step = frame as i32;
            paint(&mut screen, place(700, 300, 640, 360), SCREEN, |x, y| {
                let (dx, dy) = (x - 320 - (step * 5 % 200 - 100), y - 180);
                let colour = if dx * dx + dy * dy < 90 * 90 {
                    let [red, green, blue] = natural(x - step * 5, y, 31);
                    [red / 2 + 110, green / 2 + 70, blue / 2 + 50]
                } else {
                    natural(x + step * 3, y + step, 5)
                };
                let grain = (chance(x, y, 1_000 + frame as u32) % 5) as i32 - 2;
                colour.map(|colour| colour + grain)
            });
            screen
        };
        (0..number).map(frame).collect()
    }

    fn switch(&mut self, number: usize) -> Vec<RgbaImage> {
        let whole = place(0, 0, WIDTH, HEIGHT - BAR_HEIGHT);
        let (mut document, mut code) = (self.desktop.clone(), self.desktop.clone());
        self.document(&mut document, whole, 2_000);
        self.code(&mut code, whole, 3_000);
        let screens = [self.desktop.clone(), document, code];
        (0..number).map(|frame| screens[frame % screens.len()].clone()).collect()
    }

    fn draw_desktop(&mut self) {
        let mut screen = std::mem::take(&mut self.desktop);
        wallpaper(&mut screen);
        self.task_bar(&mut screen, "10:42");
        let window = place(120, 60, 1_300, 900);
        self.window(&mut screen, window, "main.rs - editor", 0x25_2526);
        for line in 0..36 {
            let (name, at) = (format!("src/module_{line:02}.rs"), (140, 120 + line * 22));
            self.pen.write(&mut screen, TITLE, at, &name, 0xcc_cccc, window);
        }
        self.code(&mut screen, place(300, 90, 1_120, 870), 0);
        self.desktop = screen;
    }

    fn task_bar(&mut self, screen: &mut RgbaImage, clock: &str) {
        let top = HEIGHT - BAR_HEIGHT;
        fill(screen, place(0, top, WIDTH, BAR_HEIGHT), 0x1f_2430);
        for icon in 0..12 {
            let x = 12 + icon * 48;
            fill(screen, place(x, top + 6, 28, 28), 0x30_4060 + (chance(icon, 3, 9) & 0x7f_7f7f));
            fill(screen, place(x + 8, top + 14, 12, 12), 0xe0_e0e0);
        }
        self.pen.write(screen, TITLE, (WIDTH - 100, top + 26), clock, 0xff_ffff, SCREEN);
    }

    fn window(&mut self, screen: &mut RgbaImage, at: Place, title: &str, colour: Colour) {
        let Place { x, y, width, height } = at;
        fill(screen, place(x - 1, y - 1, width + 2, height + 2), 0x55_5555);
        fill(screen, at, colour);
        fill(screen, place(x, y, width, 30), 0xde_e1e6);
        self.pen.write(screen, TITLE, (x + 12, y + 20), title, 0x20_2020, at);
        for (place_of, button) in [0xc0_4040, 0x70_7070, 0x70_7070].into_iter().enumerate() {
            fill(screen, place(x + width - 30 - place_of as i32 * 34, y + 9, 12, 12), button);
        }
    }

    fn code(&mut self, screen: &mut RgbaImage, at: Place, scrolled: i32) {
        const WORDS: [&str; 24] = [
            "let",
            "session",
            "fn",
            "encode",
            "tile",
            "=",
            "self.queue",
            "match",
            "Some(v)",
            "=>",
            "return",
            "buffer.len()",
            "// flush",
            "\"appliance\"",
            "u32",
            "impl",
            "->",
            "Result<()>",
            "{",
            "}",
            "port",
            "0x5900",
            "if",
            "&mut",
        ];
        const LINE: i32 = 19;
        fill(screen, at, EDITOR);
        for row in 0..at.height / LINE + 2 {
            let (line, y) = (scrolled / LINE + row, at.y + 15 + row * LINE - scrolled % LINE);
            self.pen.write(screen, CODE, (at.x + 8, y), &format!("{:5}", line + 1), 0x85_8585, at);
            let mut x = at.x + 70 + (chance(line, 0, 1) % 4 * 32) as i32;
            for word in 0..chance(line, 0, 2) % 9 {
                let which = chance(line, word as i32, 3) as usize % WORDS.len();
                let (text, ink) = (format!("{} ", WORDS[which]), INKS[which % INKS.len()]);
                x = self.pen.write(screen, CODE, (x, y), &text, ink, at);
            }
        }
    }

    fn document(&mut self, screen: &mut RgbaImage, at: Place, scrolled: i32) {
        const WORDS: [&str; 20] = [
            "remote",
            "support",
            "session",
            "the",
            "customer",
            "client",
            "of",
            "a",
            "screen",
            "representative",
            "and",
            "console",
            "appliance",
            "network",
            "policy",
            "with",
            "Jump",
            "connect",
            "in",
            "portal",
        ];
        const LINE: i32 = 24;
        // A page has 40 lines, of which ten are a picture.
        const PAGE: i32 = 40;
        fill(screen, at, 0xff_ffff);
        for row in -10..at.height / LINE + 2 {
            let (line, y) = (scrolled / LINE + row, at.y + 18 + row * LINE - scrolled % LINE);
            match line.rem_euclid(PAGE) {
                7 => paint(screen, place(at.x + 40, y, 320, 200), at, |x, y| natural(x, y, line as u32)),
                8..17 => {}
                _ if row < 0 => {}
                of_page if of_page % 10 == 0 => {
                    let heading = "Configuring screen sharing quality";
                    self.pen.write(screen, (Face::Sans, 22), (at.x + 40, y), heading, 0x0b_3d91, at);
                }
                _ => {
                    let mut text = String::new();
                    while text.len() < 100 {
                        text += WORDS[chance(line, text.len() as i32, 4) as usize % WORDS.len()];
                        text.push(' ');
                    }
                    self.pen.write(screen, TITLE, (at.x + 40, y), &text, 0x22_2222, at);
                }
            }
        }
    }
}

fn wallpaper(screen: &mut RgbaImage) {
    paint(screen, SCREEN, SCREEN, |x, y| {
        let [red, green, blue] = natural(x, y, 77);
        let lighter = y * 60 / HEIGHT;
        let muted = |value: i32, least: i32| value * 5 / 8 + least + lighter;
        [muted(red, 10), muted(green, 30), muted(blue, 70)]
    });
}
