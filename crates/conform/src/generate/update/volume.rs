//! Volumes of every kind.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::{For, one};
use crate::generate::{chance, list, maybe};

/// A volume.
pub(super) fn volume(rng: &mut Rng, made: For, name: &str) -> Value {
    let mut volume = json!({"name": name});
    if name == "block" || chance(rng, 95) {
        let (kind, source) = source(rng, made, name);
        volume[kind] = source;
    }
    volume
}

fn secret_ref(rng: &mut Rng, source: &mut Value) {
    maybe(rng, 40, source, "secretRef", |rng| json!({"name": super::pick(rng, &["s", "t"])}));
}

fn read_only(rng: &mut Rng, source: &mut Value) {
    maybe(rng, 30, source, "readOnly", |rng| json!(rng.bool()));
}

fn fs_type(rng: &mut Rng, source: &mut Value) {
    maybe(rng, 30, source, "fsType", |rng| one(rng, &["ext4", "xfs", ""]));
}

fn user(rng: &mut Rng, made: For, source: &mut Value, key: &str) {
    if made.since(Release::V1_37) && made.gated {
        maybe(rng, 25, source, key, |rng| json!(rng.i64(0..3)));
    }
}

fn items(rng: &mut Rng, made: For, from: usize) -> Value {
    let n = rng.usize(..=2);
    Value::Array(
        (0..n)
            .map(|i| {
                let mut item = json!({"key": "k", "path": format!("p{}", from + i)});
                maybe(rng, 30, &mut item, "mode", |rng| json!(rng.i32(0..0o777)));
                user(rng, made, &mut item, "user");
                item
            })
            .collect(),
    )
}

fn downward_items(rng: &mut Rng, made: For, from: usize) -> Value {
    let n = rng.usize(..=2);
    Value::Array(
        (0..n)
            .map(|i| {
                let mut item = json!({"path": format!("d{}", from + i)});
                if chance(rng, 60) {
                    item["fieldRef"] =
                        json!({"fieldPath": super::pick(rng, &["metadata.name", "metadata.labels"])});
                    maybe(rng, 30, &mut item["fieldRef"], "apiVersion", |_| json!("v1"));
                } else {
                    item["resourceFieldRef"] = json!({"containerName": "app", "resource": "limits.cpu"});
                    maybe(rng, 50, &mut item["resourceFieldRef"], "divisor", |rng| {
                        one(rng, &["1", "1m", "0"])
                    });
                }
                maybe(rng, 30, &mut item, "mode", |rng| json!(rng.i32(0..0o777)));
                user(rng, made, &mut item, "user");
                item
            })
            .collect(),
    )
}

fn mode(rng: &mut Rng, made: For, source: &mut Value) {
    maybe(rng, 30, source, "defaultMode", |rng| json!(rng.i32(0..0o777)));
    user(rng, made, source, "defaultUser");
}

fn projection(rng: &mut Rng, made: For, i: usize) -> Value {
    let from = i * 10;
    let kinds = if made.gated { 6 } else { 4 };
    match rng.usize(..kinds) {
        0 => {
            let mut source = json!({"name": "s"});
            maybe(rng, 60, &mut source, "items", |rng| items(rng, made, from));
            maybe(rng, 30, &mut source, "optional", |rng| json!(rng.bool()));
            json!({"secret": source})
        }
        1 => {
            let mut source = json!({});
            maybe(rng, 80, &mut source, "items", |rng| downward_items(rng, made, from));
            json!({"downwardAPI": source})
        }
        2 => {
            let mut source = json!({"name": "c"});
            maybe(rng, 60, &mut source, "items", |rng| items(rng, made, from));
            maybe(rng, 30, &mut source, "optional", |rng| json!(rng.bool()));
            json!({"configMap": source})
        }
        3 => {
            let mut source = json!({"path": format!("t{from}")});
            maybe(rng, 40, &mut source, "audience", |rng| one(rng, &["", "api", "vault"]));
            maybe(rng, 40, &mut source, "expirationSeconds", |rng| json!(rng.i64(600..4000)));
            user(rng, made, &mut source, "user");
            json!({"serviceAccountToken": source})
        }
        _ => {
            let mut source = json!({"path": format!("b{from}")});
            if rng.bool() {
                source["name"] = json!("bundle");
            } else {
                source["signerName"] = json!("example.com/signer");
                source["labelSelector"] = super::spec::label_selector(rng);
            }
            maybe(rng, 30, &mut source, "optional", |rng| json!(rng.bool()));
            user(rng, made, &mut source, "user");
            json!({"clusterTrustBundle": source})
        }
    }
}

fn claim_template(rng: &mut Rng) -> Value {
    let mut template = json!({"spec": {
        "accessModes": [super::pick(rng, &["ReadWriteOnce", "ReadOnlyMany"])],
        "resources": {"requests": {"storage": super::pick(rng, &["1Gi", "1024Mi", "0.5Gi", "1500m"])}},
    }});
    maybe(rng, 40, &mut template, "metadata", |rng| {
        let mut metadata = json!({});
        maybe(rng, 60, &mut metadata, "labels", |rng| json!({"l": super::pick(rng, &["a", "b"])}));
        maybe(rng, 60, &mut metadata, "annotations", |rng| json!({"n": super::text(rng)}));
        metadata
    });
    let spec = &mut template["spec"];
    maybe(rng, 30, &mut spec["resources"], "limits", |_| json!({"storage": "2Gi"}));
    maybe(rng, 30, spec, "storageClassName", |rng| one(rng, &["fast", ""]));
    maybe(rng, 30, spec, "volumeMode", |_| json!("Filesystem"));
    maybe(rng, 20, spec, "volumeName", |_| json!("pv"));
    maybe(rng, 20, spec, "selector", super::spec::label_selector);
    maybe(
        rng,
        15,
        spec,
        "dataSource",
        |_| json!({"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s"}),
    );
    template
}

/// A source of some kind, and the name of the kind. A volume named `files` is an emptyDir, one named `block` a claim.
pub(super) fn source(rng: &mut Rng, made: For, name: &str) -> (&'static str, Value) {
    if name == "files" {
        return empty_dir(rng, made);
    }
    if name == "block" {
        return ("persistentVolumeClaim", json!({"claimName": super::pick(rng, &["c", "d"])}));
    }
    // The kinds of every day as often as all others together.
    let kind = if rng.bool() { rng.usize(..8) } else { rng.usize(8..30) };
    match kind {
        0 => empty_dir(rng, made),
        1 => {
            let mut source = json!({"path": "/p"});
            maybe(rng, 50, &mut source, "type", |rng| {
                one(rng, &["", "Directory", "File", "DirectoryOrCreate"])
            });
            ("hostPath", source)
        }
        2 => {
            let mut source = json!({"secretName": "s"});
            maybe(rng, 50, &mut source, "items", |rng| items(rng, made, 0));
            maybe(rng, 30, &mut source, "optional", |rng| json!(rng.bool()));
            mode(rng, made, &mut source);
            ("secret", source)
        }
        3 => {
            let mut source = json!({"name": "c"});
            maybe(rng, 50, &mut source, "items", |rng| items(rng, made, 0));
            maybe(rng, 30, &mut source, "optional", |rng| json!(rng.bool()));
            mode(rng, made, &mut source);
            ("configMap", source)
        }
        4 => {
            let mut source = json!({});
            maybe(rng, 80, &mut source, "items", |rng| downward_items(rng, made, 0));
            mode(rng, made, &mut source);
            ("downwardAPI", source)
        }
        5 => {
            let mut source = json!({"sources": list(rng, 0, 3, |rng, i| projection(rng, made, i))});
            mode(rng, made, &mut source);
            ("projected", source)
        }
        6 => {
            let mut source = json!({"claimName": "c"});
            read_only(rng, &mut source);
            ("persistentVolumeClaim", source)
        }
        7 => ("ephemeral", json!({"volumeClaimTemplate": claim_template(rng)})),
        8 => {
            let mut source = json!({"pdName": "d", "partition": rng.i32(0..3)});
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("gcePersistentDisk", source)
        }
        9 => {
            let mut source = json!({"volumeID": "d"});
            maybe(rng, 50, &mut source, "partition", |rng| json!(rng.i32(0..3)));
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("awsElasticBlockStore", source)
        }
        10 => {
            let mut source = json!({"repository": "https://git.example/r"});
            maybe(rng, 50, &mut source, "revision", |rng| one(rng, &["main", "v1"]));
            maybe(rng, 50, &mut source, "directory", |_| json!("d"));
            ("gitRepo", source)
        }
        11 => {
            let mut source = json!({"server": "s", "path": "/p"});
            read_only(rng, &mut source);
            ("nfs", source)
        }
        12 => {
            let mut source = json!({"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2015-02.example.com:test", "lun": rng.i32(0..3)});
            maybe(rng, 30, &mut source, "iscsiInterface", |rng| one(rng, &["default", "tcp"]));
            maybe(rng, 30, &mut source, "portals", |rng| {
                list(rng, 0, 2, |_, i| json!(format!("10.0.0.{i}")))
            });
            maybe(rng, 30, &mut source, "initiatorName", |_| json!("iqn.2015-02.example.com:init"));
            if chance(rng, 30) {
                source["chapAuthSession"] = json!(true);
                source["secretRef"] = json!({"name": "s"});
            }
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("iscsi", source)
        }
        13 => {
            let mut source = json!({"endpoints": "e", "path": "p"});
            read_only(rng, &mut source);
            ("glusterfs", source)
        }
        14 => {
            let mut source = json!({"monitors": ["m"], "image": "i"});
            maybe(rng, 30, &mut source, "pool", |rng| one(rng, &["rbd", "other"]));
            maybe(rng, 30, &mut source, "user", |rng| one(rng, &["admin", "me"]));
            maybe(rng, 30, &mut source, "keyring", |_| json!("/k"));
            secret_ref(rng, &mut source);
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("rbd", source)
        }
        15 => {
            let mut source = json!({"driver": "example.com/d"});
            maybe(rng, 50, &mut source, "options", |rng| json!({"a": super::text(rng), "b": "c"}));
            secret_ref(rng, &mut source);
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("flexVolume", source)
        }
        16 => {
            let mut source = json!({"volumeID": "v"});
            secret_ref(rng, &mut source);
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("cinder", source)
        }
        17 => {
            let mut source = json!({"monitors": ["m", "n"]});
            maybe(rng, 30, &mut source, "path", |_| json!("/p"));
            maybe(rng, 30, &mut source, "user", |_| json!("u"));
            maybe(rng, 30, &mut source, "secretFile", |_| json!("/f"));
            secret_ref(rng, &mut source);
            read_only(rng, &mut source);
            ("cephfs", source)
        }
        18 => ("flocker", if rng.bool() { json!({"datasetName": "d"}) } else { json!({"datasetUUID": "u"}) }),
        19 => {
            let mut source = if rng.bool() {
                json!({"targetWWNs": ["w"], "lun": rng.i32(0..3)})
            } else {
                json!({"wwids": ["w", "x"]})
            };
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("fc", source)
        }
        20 => {
            let mut source = json!({"secretName": "s", "shareName": "n"});
            read_only(rng, &mut source);
            ("azureFile", source)
        }
        21 => {
            let mut source = json!({"volumePath": "p"});
            fs_type(rng, &mut source);
            maybe(rng, 30, &mut source, "storagePolicyName", |_| json!("n"));
            maybe(rng, 30, &mut source, "storagePolicyID", |_| json!("i"));
            ("vsphereVolume", source)
        }
        22 => {
            let mut source = json!({"registry": "h:1", "volume": "v"});
            maybe(rng, 40, &mut source, "user", |_| json!("u"));
            maybe(rng, 40, &mut source, "group", |_| json!("g"));
            maybe(rng, 40, &mut source, "tenant", |_| json!("t"));
            read_only(rng, &mut source);
            ("quobyte", source)
        }
        23 => {
            let mut source = json!({"diskName": "d", "diskURI": "https://a.example/d.vhd"});
            maybe(rng, 40, &mut source, "cachingMode", |rng| one(rng, &["None", "ReadOnly", "ReadWrite"]));
            maybe(rng, 40, &mut source, "kind", |rng| one(rng, &["Shared", "Dedicated"]));
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("azureDisk", source)
        }
        24 => {
            let mut source = json!({"pdID": "p"});
            fs_type(rng, &mut source);
            ("photonPersistentDisk", source)
        }
        25 => {
            let mut source = json!({"volumeID": "v"});
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("portworxVolume", source)
        }
        26 => {
            let mut source =
                json!({"gateway": "https://g", "system": "s", "volumeName": "v", "secretRef": {"name": "s"}});
            maybe(rng, 30, &mut source, "sslEnabled", |rng| json!(rng.bool()));
            maybe(rng, 30, &mut source, "protectionDomain", |_| json!("d"));
            maybe(rng, 30, &mut source, "storagePool", |_| json!("p"));
            maybe(rng, 30, &mut source, "storageMode", |rng| {
                one(rng, &["ThinProvisioned", "ThickProvisioned"])
            });
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("scaleIO", source)
        }
        27 => {
            let mut source = json!({"volumeName": "v"});
            maybe(rng, 40, &mut source, "volumeNamespace", |_| json!("n"));
            secret_ref(rng, &mut source);
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("storageos", source)
        }
        28 => {
            let mut source = json!({"driver": "csi.example.com"});
            maybe(rng, 50, &mut source, "volumeAttributes", |rng| json!({"z": super::text(rng), "a": "1"}));
            maybe(rng, 30, &mut source, "nodePublishSecretRef", |_| json!({"name": "s"}));
            fs_type(rng, &mut source);
            read_only(rng, &mut source);
            ("csi", source)
        }
        _ => {
            let mut source = json!({"reference": super::container::image(rng)});
            // On 1.35 the gate may be off, and with it the default.
            let percent = if made.since(Release::V1_36) { 40 } else { 100 };
            maybe(rng, percent, &mut source, "pullPolicy", |rng| {
                one(rng, &["Always", "Never", "IfNotPresent"])
            });
            ("image", source)
        }
    }
}

fn empty_dir(rng: &mut Rng, made: For) -> (&'static str, Value) {
    let mut source = json!({});
    maybe(rng, 30, &mut source, "medium", |rng| one(rng, &["", "Memory"]));
    maybe(rng, 30, &mut source, "sizeLimit", |rng| one(rng, &["1Gi", "1024Mi", "0", "0.5Gi", "100M"]));
    if made.since(Release::V1_37) && made.gated {
        maybe(rng, 30, &mut source, "mode", |rng| json!(rng.i32(0..0o777)));
    }
    ("emptyDir", source)
}
