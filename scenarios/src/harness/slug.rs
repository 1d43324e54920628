//! Names without what a person would overlook in them.

/// `A rep accepts: a session` as `a-rep-accepts-a-session`: letters and digits of any script in lower case, each run
/// of anything else as one `-`.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars() {
        if character.is_alphanumeric() {
            slug.extend(character.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_letters_and_digits() {
        for (name, expected) in [
            ("A rep accepts: a session", "a-rep-accepts-a-session"),
            ("  “Größe” (row 2)!", "größe-row-2"),
            ("…", ""),
        ] {
            assert_eq!(slug(name), expected);
        }
    }
}
