//! The default pull policy of an image.

/// The longest path of a repository.
const PATH_MAX: usize = 255;

/// `Always` for a reference with the tag `latest`, or with neither tag nor digest; `IfNotPresent` for all others, also for
/// texts that are no reference.
///
/// Upstream: `pkg/util/parsers.ParseImageName`, which uses `github.com/distribution/reference`.
pub(super) fn default_pull_policy(image: &str) -> &'static str {
    if is_latest(image) == Some(true) { "Always" } else { "IfNotPresent" }
}

/// Whether a reference means the latest image; `None` if the text is no reference.
fn is_latest(image: &str) -> Option<bool> {
    let bare_hash = image.len() == 64 && image.bytes().all(|b| matches!(b, b'a'..=b'f' | b'0'..=b'9'));
    if bare_hash {
        return None;
    }
    let (domain, path) = match image.split_once('/') {
        Some((first, rest)) if is_domain_by_look(first) => (first, rest),
        // Names without a domain are the Docker Hub's.
        _ => ("docker.io", image),
    };
    let hub = matches!(domain, "docker.io" | "index.docker.io");
    let (reference, digest) = match path.split_once('@') {
        Some((reference, digest)) => (reference, Some(digest)),
        None => (path, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return None;
    }
    let (name, tag) = match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (reference, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) || !name.split('/').all(is_path_component) {
        return None;
    }
    let mut length = name.len();
    if hub && !name.contains('/') {
        length = length.saturating_add("library/".len());
    }
    if !is_domain(domain) {
        // Then it is the first component of the path.
        if !is_path_component(domain) {
            return None;
        }
        length = length.saturating_add(domain.len()).saturating_add(1);
    }
    if length > PATH_MAX {
        return None;
    }
    Some(tag.map_or(digest.is_none(), |tag| tag == "latest"))
}

fn is_domain_by_look(text: &str) -> bool {
    text == "localhost" || text.contains(['.', ':']) || text.chars().any(char::is_uppercase)
}

/// A host name or an IP address, with or without a port.
fn is_domain(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_v6 = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    port.is_none_or(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
        && match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(address) => is_v6(address),
            None => host.split('.').all(is_label),
        }
}

/// Lower-case letters and digits, in groups joined by one dot, one or two underscores, or any number of dashes.
fn is_path_component(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let mut separator = 0usize;
    let mut separated_by = 0u8;
    let mut any = false;
    for byte in text.bytes() {
        if is_word(byte) {
            any = true;
            separator = 0;
            continue;
        }
        let most = match byte {
            b'.' => 1,
            b'_' => 2,
            b'-' => usize::MAX,
            _ => return false,
        };
        if !any || (separator > 0 && separated_by != byte) || separator >= most {
            return false;
        }
        separator = separator.saturating_add(1);
        separated_by = byte;
    }
    any && separator == 0
}

fn is_tag(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|b| is_word(b) || b == b'.' || b == b'-')
}

fn is_digest(text: &str) -> bool {
    let length = match text.split_once(':') {
        Some(("sha256", _)) => 64,
        Some(("sha384", _)) => 96,
        Some(("sha512", _)) => 128,
        _ => return false,
    };
    text.split_once(':').is_some_and(|(_, hash)| {
        hash.len() == length && hash.bytes().all(|b| matches!(b, b'a'..=b'f' | b'0'..=b'9'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_latest;

    #[test]
    fn tags_and_digests() {
        let hash = "0".repeat(64);
        for (image, latest) in [
            ("nginx", Some(true)),
            ("nginx:latest", Some(true)),
            ("nginx:1", Some(false)),
            ("host:5000/a/b", Some(true)),
            ("host:5000/a/b:1", Some(false)),
            ("a_b.c/x", Some(true)),
            ("Host/x", Some(true)),
            ("[::1]:80/x", Some(true)),
            (&alloc::format!("nginx@sha256:{hash}"), Some(false)),
            (&alloc::format!("nginx:latest@sha256:{hash}"), Some(true)),
            (&alloc::format!("nginx@sha256:{hash}0"), None),
            (&hash, None),
            ("Nginx", None),
            ("a/B", None),
            ("a__b", Some(true)),
            ("a___b", None),
            ("a--b", Some(true)),
            ("a..b", None),
            ("", None),
            ("a/", None),
            (" nginx", None),
            ("nginx:", None),
        ] {
            assert_eq!(is_latest(image), latest, "{image}");
        }
    }
}
