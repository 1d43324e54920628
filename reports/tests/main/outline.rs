//! A page as a person may read it in a snapshot: its elements and its text, indented.

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "link", "input", "br"];
/// Elements whose content is shown elsewhere.
const OPAQUE: [&str; 3] = ["style", "script", "svg"];

/// The outline of well-formed HTML: a line per element (`name.class #id: text`), and per text between elements.
pub(crate) fn outline(html: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut depth = 0;
    let mut just_opened = false;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let text = rest[..start].trim();
        match lines.last_mut() {
            _ if text.is_empty() => {}
            Some(element) if just_opened => {
                element.push_str(": ");
                element.push_str(text);
            }
            _ => lines.push(format!("{}{text}", "  ".repeat(depth))),
        }
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        just_opened = false;
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if tag.starts_with('/') {
            depth -= 1;
        } else if !tag.starts_with('!') {
            lines.push(format!("{}{}", "  ".repeat(depth), element(name, tag)));
            if OPAQUE.contains(&name) {
                let close = format!("</{name}>");
                rest = &rest[rest.find(&close).expect("an element ends") + close.len()..];
            } else if !VOID.contains(&name) {
                depth += 1;
                just_opened = true;
            }
        }
    }
    assert_eq!(depth, 0, "as many elements end as begin");
    lines.join("\n")
}

fn element(name: &str, tag: &str) -> String {
    let mut line = name.to_owned();
    for class in attribute(tag, "class").unwrap_or_default().split_whitespace() {
        line.push('.');
        line.push_str(class);
    }
    for (sign, attribute_name) in [(" #", "id"), (" -> ", "href"), (" = ", "aria-label")] {
        if let Some(value) = attribute(tag, attribute_name) {
            line.push_str(sign);
            line.push_str(value);
        }
    }
    line
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

/// The drawings of a page, an element a line.
pub(crate) fn drawing(html: &str, aria_label_start: &str) -> String {
    let start = html.find(&format!("<svg role=\"img\" aria-label=\"{aria_label_start}")).expect("a drawing");
    let end = start + html[start..].find("</svg>").expect("its end") + "</svg>".len();
    let mut lines = html[start..end].to_owned();
    for element in ["<g ", "<path class=\"line\"", "<text class=\"tick\" x=\"76\"", "</svg>"] {
        lines = lines.replace(element, &format!("\n{element}"));
    }
    lines
}
