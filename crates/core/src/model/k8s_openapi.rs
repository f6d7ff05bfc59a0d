//! Objects of the crate k8s-openapi become the model's, for whichever release the user's build has chosen.
//!
//! The conversion goes through k8s-openapi's own `Serialize`, that is, through the JSON that the API itself speaks, and is
//! the same for every release of that crate: a field that a release adds is read without a change here, and none can be
//! forgotten. It can fail, because k8s-openapi takes any text for a quantity.
//!
//! ```
//! use podverdict::model::Pod;
//! let theirs = k8s_openapi::api::core::v1::Pod::default();
//! let pod = Pod::try_from(&theirs)?;
//! assert!(pod.spec.containers.is_empty());
//! # Ok::<(), podverdict::error::InputError>(())
//! ```

use alloc::format;

use ::k8s_openapi::api::{core::v1 as core_v1, storage::v1 as storage_v1};
use ::k8s_openapi::apimachinery::pkg::api::resource::Quantity as TheirQuantity;
use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, InputError, parse};
use crate::quantity::Quantity;

/// Reads what k8s-openapi writes.
fn convert<T: Serialize, U: for<'de> Deserialize<'de>>(theirs: &T) -> Result<U, InputError> {
    let json = serde_json::to_string(theirs).map_err(|e| {
        InputError::new(ErrorCode::InvalidValue, "", format!("the object cannot be written: {e}"))
    })?;
    parse("", &json)
}

/// `TryFrom` by reference and by value.
macro_rules! from_k8s_openapi {
    ($($theirs:ty => $ours:ident),* $(,)?) => { $(
        impl TryFrom<&$theirs> for super::$ours {
            type Error = InputError;
            /// A quantity that does not parse is an error that names the field.
            fn try_from(theirs: &$theirs) -> Result<Self, InputError> {
                convert(theirs)
            }
        }

        impl TryFrom<$theirs> for super::$ours {
            type Error = InputError;
            fn try_from(theirs: $theirs) -> Result<Self, InputError> {
                convert(&theirs)
            }
        }
    )* };
}

from_k8s_openapi! {
    core_v1::Pod => Pod,
    core_v1::PodSpec => PodSpec,
    core_v1::PodStatus => PodStatus,
    core_v1::Container => Container,
    core_v1::ResourceRequirements => ResourceRequirements,
    core_v1::Node => Node,
    core_v1::PersistentVolume => PersistentVolume,
    core_v1::PersistentVolumeClaim => PersistentVolumeClaim,
    storage_v1::StorageClass => StorageClass,
    storage_v1::CSINode => CsiNode,
    storage_v1::CSIDriver => CsiDriver,
    storage_v1::VolumeAttachment => VolumeAttachment,
}

::k8s_openapi::k8s_if_1_35! {
    from_k8s_openapi! {
        ::k8s_openapi::api::scheduling::v1alpha1::Workload => Workload,
    }
}

::k8s_openapi::k8s_if_1_36! {
    from_k8s_openapi! {
        ::k8s_openapi::api::scheduling::v1alpha2::Workload => Workload,
        ::k8s_openapi::api::scheduling::v1alpha2::PodGroup => PodGroup,
    }
}

::k8s_openapi::k8s_if_1_37! {
    from_k8s_openapi! {
        ::k8s_openapi::api::scheduling::v1beta1::Workload => Workload,
        ::k8s_openapi::api::scheduling::v1beta1::PodGroup => PodGroup,
        ::k8s_openapi::api::scheduling::v1alpha3::Workload => Workload,
        ::k8s_openapi::api::scheduling::v1alpha3::PodGroup => PodGroup,
        ::k8s_openapi::api::scheduling::v1alpha3::CompositePodGroup => CompositePodGroup,
    }
}

impl TryFrom<&TheirQuantity> for Quantity {
    type Error = crate::quantity::QuantityError;
    fn try_from(theirs: &TheirQuantity) -> Result<Self, Self::Error> {
        Quantity::parse(&theirs.0)
    }
}

impl From<&Quantity> for TheirQuantity {
    fn from(quantity: &Quantity) -> Self {
        TheirQuantity(format!("{quantity}"))
    }
}
