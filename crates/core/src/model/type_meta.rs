//! The kind of object that a JSON object says it is.

use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};

use super::Key;

/// The fields of an object of the core API but for `kind` and `apiVersion`, which must say what it is, if they say anything.
pub(super) struct OfKind<A> {
    pub(super) map: A,
    pub(super) kind: &'static str,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OfKind<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(Key(key)) = self.map.next_key()? {
            match &*key {
                "kind" => self.map.next_value_seed(Says(self.kind))?,
                "apiVersion" => self.map.next_value_seed(Says("v1"))?,
                _ => return seed.deserialize(key.into_deserializer()).map(Some),
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// Reads a text that must be this one, or say nothing.
struct Says(&'static str);

impl<'de> DeserializeSeed<'de> for Says {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Says {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_str(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if text.is_empty() || text == self.0 {
            Ok(())
        } else {
            Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use crate::model::{Node, Pod, PodDocument};
    use crate::release::{Kubernetes, Release};

    #[test]
    fn an_object_of_another_kind_is_no_pod() {
        for says in [
            "",
            r#""kind": "Pod", "apiVersion": "v1","#,
            r#""kind": "", "apiVersion": null,"#,
            r#""\u006bind": "Pod","#,
        ] {
            let pod = Pod::from_json(&format!(r#"{{{says} "metadata": {{"name": "a"}}}}"#)).unwrap();
            assert_eq!(pod.metadata.name, "a", "{says}");
        }
        for (says, path) in [
            (r#""kind": "Deployment""#, "kind"),
            (r#""kind": "pod""#, "kind"),
            (r#""kind": 1"#, "kind"),
            (r#""\u006bind": "PodList""#, "kind"),
            (r#""apiVersion": "apps/v1""#, "apiVersion"),
            (r#""apiVersion": {}"#, "apiVersion"),
        ] {
            let text = format!("{{{says}}}");
            assert_eq!(Pod::from_json(&text).unwrap_err().path, path, "{says}");
            let k8s = Kubernetes::new(Release::V1_36);
            assert_eq!(PodDocument::read(&k8s, &text, true).unwrap_err().path, path, "{says}");
        }
        assert_eq!(
            Node::from_json(r#"{"kind": "Pod"}"#).unwrap_err().to_string(),
            r#"kind: invalid value: string "Pod", expected "Node""#
        );
    }
}
