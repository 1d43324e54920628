//! Names as file names and test names.

/// The longest slug; file systems stop at 255 bytes, and an ending is to follow.
pub(crate) const SLUG_BYTES_MAX: usize = 200;

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
    slug.truncate(slug.floor_char_boundary(SLUG_BYTES_MAX));
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The slug of a feature by its path in reports: `features/queues/team queue.feature` as `queues-team-queue`.
pub(crate) fn feature_slug(path: &str) -> String {
    let path = path.strip_prefix("features/").unwrap_or(path);
    slug(path.strip_suffix(".feature").unwrap_or(path))
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
        assert_eq!(slug(&"x y ".repeat(100)).len(), SLUG_BYTES_MAX - 1);
        assert_eq!(slug(&"ü".repeat(101)).len(), SLUG_BYTES_MAX);
    }

    #[test]
    fn features_are_named_by_their_path() {
        assert_eq!(feature_slug("features/queues/team queue.feature"), "queues-team-queue");
        assert_eq!(feature_slug("/tmp/other/keys.feature"), "tmp-other-keys");
    }
}
