//! Fake screens from outside: what is drawn, what hands do, who may see what.

mod screens {
    mod drawn;
    mod goldens;
    mod hands;
    mod rights;
}
