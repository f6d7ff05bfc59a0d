//! The shape of a pod's spec: every field of every type that `v1.PodSpec` reaches, in the order of upstream's internal
//! types (`pkg/apis/core`).
//!
//! A row of the table is `GoName jsonName kind`, then what applies of `= default`, `gated`, `omitempty`, and the releases that
//! have the field. `GoName` is what Go's JSON encoding of the internal type prints, `jsonName` what the API calls the field;
//! `_` stands where one of them does not exist: up to 1.36 the host namespaces are fields of `v1.PodSpec` but of the
//! internal `PodSecurityContext`. `inline` prints the fields of the value in place of the value.
//!
//! Kinds: `[x]` is a list, `{x}` a map, `(* x)` a pointer, a name in capitals an object. `flat_i64` is a pointer in the API
//! and a plain number inside. A plain field that is absent is zero; an absent pointer, list or map is nil.
//! Defaults are those that hang on one field alone (`pkg/apis/core/v1.SetObjectDefaults_Pod`); the others are in
//! [`super::defaults`].

use crate::release::Release;

/// A type of the API: its fields in the order in which upstream's internal type has them.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
}

/// One field of a type, on the releases that have it.
#[derive(Debug)]
pub(super) struct Field {
    /// The name in Go's JSON encoding of the internal type; `_` if it is no field of that type.
    pub(super) go: &'static str,
    /// The name in the API's JSON; `_` if it is no field of the API's type.
    pub(super) json: &'static str,
    pub(super) kind: Kind,
    /// The value an absent field takes.
    pub(super) default: Option<Default>,
    /// Whether Go leaves the field out where it is empty.
    pub(super) omit_empty: bool,
    /// Whether the API server may take the field away from a new spec, because its gate is off.
    pub(super) gated: bool,
    /// The releases that have the field.
    pub(super) on: On,
}

/// What a field holds.
#[derive(Debug)]
pub(super) enum Kind {
    Text,
    Bool,
    Int32,
    Int64,
    /// A pointer to an `int64` in the API, a plain `int64` inside.
    FlatInt64,
    Quantity,
    Time,
    IntOrString,
    Object(&'static Shape),
    Pointer(&'static Kind),
    List(&'static Kind),
    Map(&'static Kind),
}

/// A value for an absent field.
#[derive(Debug)]
pub(super) enum Default {
    Int(i64),
    Bool(bool),
    Text(&'static str),
    /// An object without fields.
    Empty,
}

/// Releases that have a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum On {
    All,
    Before(Release),
    Since(Release),
}

impl On {
    pub(super) fn includes(self, release: Release) -> bool {
        match self {
            On::All => true,
            On::Before(first_without) => release < first_without,
            On::Since(first_with) => release >= first_with,
        }
    }
}

impl Shape {
    /// The row of the field that the API calls `json`.
    pub(super) fn row(&self, json: &str, release: Release) -> Option<(usize, &'static Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.json == json && field.on.includes(release))
    }
}

macro_rules! kind {
    (text) => {
        Kind::Text
    };
    (bool) => {
        Kind::Bool
    };
    (i32) => {
        Kind::Int32
    };
    (i64) => {
        Kind::Int64
    };
    (flat_i64) => {
        Kind::FlatInt64
    };
    (quantity) => {
        Kind::Quantity
    };
    (time) => {
        Kind::Time
    };
    (int_or_string) => {
        Kind::IntOrString
    };
    ((* $of:tt)) => {
        Kind::Pointer(&kind!($of))
    };
    ([$of:tt]) => {
        Kind::List(&kind!($of))
    };
    ({$of:tt}) => {
        Kind::Map(&kind!($of))
    };
    ($shape:ident) => {
        Kind::Object(&$shape)
    };
}

macro_rules! default {
    () => {
        None
    };
    ({}) => {
        Some(Default::Empty)
    };
    (true) => {
        Some(Default::Bool(true))
    };
    (false) => {
        Some(Default::Bool(false))
    };
    ((text $text:literal)) => {
        Some(Default::Text($text))
    };
    ($int:literal) => {
        Some(Default::Int($int))
    };
}

macro_rules! gated {
    (gated $($note:ident)?) => {
        true
    };
    ($($note:ident)?) => {
        false
    };
}

macro_rules! on {
    (gated $($note:ident)?) => {
        on!($($note)?)
    };
    () => {
        On::All
    };
    (omitempty) => {
        On::All
    };
    (before_36) => {
        On::Before(Release::V1_36)
    };
    (before_37) => {
        On::Before(Release::V1_37)
    };
    (since_36) => {
        On::Since(Release::V1_36)
    };
    (since_37) => {
        On::Since(Release::V1_37)
    };
}

macro_rules! omit_empty {
    (omitempty) => {
        true
    };
    ($($other:ident)*) => {
        false
    };
}

macro_rules! shapes {
    ($( $shape:ident { $( $go:tt $json:tt $kind:tt $(= $default:tt)? $($note:ident)*, )* } )*) => {
        $(
            pub(super) static $shape: Shape = Shape {
                fields: &[
                    $( Field {
                        go: stringify!($go),
                        json: stringify!($json),
                        kind: kind!($kind),
                        default: default!($($default)?),
                        omit_empty: omit_empty!($($note)*),
                        gated: gated!($($note)*),
                        on: on!($($note)*),
                    }, )*
                ],
            };
        )*
    };
}

shapes! {
    POD_SPEC {
        Volumes volumes [VOLUME],
        InitContainers initContainers [CONTAINER],
        Containers containers [CONTAINER],
        EphemeralContainers ephemeralContainers [EPHEMERAL_CONTAINER],
        RestartPolicy restartPolicy text = (text "Always"),
        TerminationGracePeriodSeconds terminationGracePeriodSeconds (* i64) = 30,
        ActiveDeadlineSeconds activeDeadlineSeconds (* i64),
        DNSPolicy dnsPolicy text = (text "ClusterFirst"),
        NodeSelector nodeSelector {text},
        ServiceAccountName serviceAccountName text,
        DeprecatedServiceAccount serviceAccount text since_37,
        AutomountServiceAccountToken automountServiceAccountToken (* bool),
        NodeName nodeName text,
        HostNetwork hostNetwork bool since_37,
        HostPID hostPID bool since_37,
        HostIPC hostIPC bool since_37,
        ShareProcessNamespace shareProcessNamespace (* bool) since_37,
        SecurityContext securityContext (* POD_SECURITY_CONTEXT) = {},
        ImagePullSecrets imagePullSecrets [LOCAL_OBJECT_REFERENCE],
        Hostname hostname text,
        Subdomain subdomain text,
        SetHostnameAsFQDN setHostnameAsFQDN (* bool) before_37,
        Affinity affinity (* AFFINITY),
        SchedulerName schedulerName text = (text "default-scheduler"),
        Tolerations tolerations [TOLERATION],
        HostAliases hostAliases [HOST_ALIAS],
        PriorityClassName priorityClassName text,
        Priority priority (* i32),
        PreemptionPolicy preemptionPolicy (* text) before_37,
        DNSConfig dnsConfig (* POD_DNS_CONFIG),
        ReadinessGates readinessGates [POD_READINESS_GATE],
        RuntimeClassName runtimeClassName (* text),
        EnableServiceLinks enableServiceLinks (* bool) = true since_37,
        PreemptionPolicy preemptionPolicy (* text) since_37,
        Overhead overhead {quantity},
        EnableServiceLinks enableServiceLinks (* bool) = true before_37,
        TopologySpreadConstraints topologySpreadConstraints [TOPOLOGY_SPREAD_CONSTRAINT],
        SetHostnameAsFQDN setHostnameAsFQDN (* bool) since_37,
        OS os (* POD_OS),
        HostUsers hostUsers (* bool) gated since_37,
        SchedulingGates schedulingGates [POD_SCHEDULING_GATE],
        ResourceClaims resourceClaims [POD_RESOURCE_CLAIM],
        Resources resources (* RESOURCE_REQUIREMENTS),
        HostnameOverride hostnameOverride (* text) gated,
        WorkloadRef workloadRef (* WORKLOAD_REFERENCE) before_36,
        SchedulingGroup schedulingGroup (* POD_SCHEDULING_GROUP) since_36,
        _ serviceAccount text before_37,
        _ hostNetwork bool before_37,
        _ hostPID bool before_37,
        _ hostIPC bool before_37,
        _ shareProcessNamespace (* bool) before_37,
        _ hostUsers (* bool) gated before_37,
        EvictionResponders evictionResponders [EVICTION_RESPONDER] gated since_37,
    }
    VOLUME {
        Name name text,
        HostPath hostPath (* HOST_PATH_VOLUME_SOURCE),
        EmptyDir emptyDir (* EMPTY_DIR_VOLUME_SOURCE),
        GCEPersistentDisk gcePersistentDisk (* GCE_PERSISTENT_DISK_VOLUME_SOURCE),
        AWSElasticBlockStore awsElasticBlockStore (* AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE),
        GitRepo gitRepo (* GIT_REPO_VOLUME_SOURCE),
        Secret secret (* SECRET_VOLUME_SOURCE),
        NFS nfs (* NFS_VOLUME_SOURCE),
        ISCSI iscsi (* ISCSI_VOLUME_SOURCE),
        Glusterfs glusterfs (* GLUSTERFS_VOLUME_SOURCE),
        PersistentVolumeClaim persistentVolumeClaim (* PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE),
        RBD rbd (* RBD_VOLUME_SOURCE),
        Quobyte quobyte (* QUOBYTE_VOLUME_SOURCE) before_37,
        FlexVolume flexVolume (* FLEX_VOLUME_SOURCE),
        Cinder cinder (* CINDER_VOLUME_SOURCE),
        CephFS cephfs (* CEPH_FS_VOLUME_SOURCE),
        Flocker flocker (* FLOCKER_VOLUME_SOURCE),
        DownwardAPI downwardAPI (* DOWNWARD_API_VOLUME_SOURCE),
        FC fc (* FC_VOLUME_SOURCE),
        AzureFile azureFile (* AZURE_FILE_VOLUME_SOURCE),
        ConfigMap configMap (* CONFIG_MAP_VOLUME_SOURCE),
        VsphereVolume vsphereVolume (* VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE),
        Quobyte quobyte (* QUOBYTE_VOLUME_SOURCE) since_37,
        AzureDisk azureDisk (* AZURE_DISK_VOLUME_SOURCE),
        PhotonPersistentDisk photonPersistentDisk (* PHOTON_PERSISTENT_DISK_VOLUME_SOURCE),
        Projected projected (* PROJECTED_VOLUME_SOURCE),
        PortworxVolume portworxVolume (* PORTWORX_VOLUME_SOURCE),
        ScaleIO scaleIO (* SCALE_IO_VOLUME_SOURCE),
        StorageOS storageos (* STORAGE_OS_VOLUME_SOURCE),
        CSI csi (* CSI_VOLUME_SOURCE),
        Ephemeral ephemeral (* EPHEMERAL_VOLUME_SOURCE),
        Image image (* IMAGE_VOLUME_SOURCE),
    }
    HOST_PATH_VOLUME_SOURCE {
        Path path text,
        Type type (* text) = (text ""),
    }
    EMPTY_DIR_VOLUME_SOURCE {
        Medium medium text,
        SizeLimit sizeLimit (* quantity),
        Mode mode (* i32) gated since_37,
    }
    GCE_PERSISTENT_DISK_VOLUME_SOURCE {
        PDName pdName text,
        FSType fsType text,
        Partition partition i32,
        ReadOnly readOnly bool,
    }
    AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE {
        VolumeID volumeID text,
        FSType fsType text,
        Partition partition i32,
        ReadOnly readOnly bool,
    }
    GIT_REPO_VOLUME_SOURCE {
        Repository repository text,
        Revision revision text,
        Directory directory text,
    }
    SECRET_VOLUME_SOURCE {
        SecretName secretName text,
        Items items [KEY_TO_PATH],
        DefaultMode defaultMode (* i32) = 420,
        Optional optional (* bool),
        DefaultUser defaultUser (* i64) gated since_37,
    }
    KEY_TO_PATH {
        Key key text,
        Path path text,
        Mode mode (* i32),
        User user (* i64) gated since_37,
    }
    NFS_VOLUME_SOURCE {
        Server server text,
        Path path text,
        ReadOnly readOnly bool,
    }
    ISCSI_VOLUME_SOURCE {
        TargetPortal targetPortal text,
        IQN iqn text,
        Lun lun i32,
        ISCSIInterface iscsiInterface text = (text "default"),
        FSType fsType text,
        ReadOnly readOnly bool,
        Portals portals [text],
        DiscoveryCHAPAuth chapAuthDiscovery bool,
        SessionCHAPAuth chapAuthSession bool,
        SecretRef secretRef (* LOCAL_OBJECT_REFERENCE),
        InitiatorName initiatorName (* text),
    }
    LOCAL_OBJECT_REFERENCE {
        Name name text,
    }
    GLUSTERFS_VOLUME_SOURCE {
        EndpointsName endpoints text,
        Path path text,
        ReadOnly readOnly bool,
    }
    PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE {
        ClaimName claimName text,
        ReadOnly readOnly bool,
    }
    RBD_VOLUME_SOURCE {
        CephMonitors monitors [text],
        RBDImage image text,
        FSType fsType text,
        RBDPool pool text = (text "rbd"),
        RadosUser user text = (text "admin"),
        Keyring keyring text = (text "/etc/ceph/keyring"),
        SecretRef secretRef (* LOCAL_OBJECT_REFERENCE),
        ReadOnly readOnly bool,
    }
    FLEX_VOLUME_SOURCE {
        Driver driver text,
        FSType fsType text,
        SecretRef secretRef (* LOCAL_OBJECT_REFERENCE),
        ReadOnly readOnly bool,
        Options options {text},
    }
    CINDER_VOLUME_SOURCE {
        VolumeID volumeID text,
        FSType fsType text,
        ReadOnly readOnly bool,
        SecretRef secretRef (* LOCAL_OBJECT_REFERENCE),
    }
    CEPH_FS_VOLUME_SOURCE {
        Monitors monitors [text],
        Path path text,
        User user text,
        SecretFile secretFile text,
        SecretRef secretRef (* LOCAL_OBJECT_REFERENCE),
        ReadOnly readOnly bool,
    }
    FLOCKER_VOLUME_SOURCE {
        DatasetName datasetName text,
        DatasetUUID datasetUUID text,
    }
    DOWNWARD_API_VOLUME_SOURCE {
        Items items [DOWNWARD_API_VOLUME_FILE],
        DefaultMode defaultMode (* i32) = 420,
        DefaultUser defaultUser (* i64) gated since_37,
    }
    DOWNWARD_API_VOLUME_FILE {
        Path path text,
        FieldRef fieldRef (* OBJECT_FIELD_SELECTOR),
        ResourceFieldRef resourceFieldRef (* RESOURCE_FIELD_SELECTOR),
        Mode mode (* i32),
        User user (* i64) gated since_37,
    }
    OBJECT_FIELD_SELECTOR {
        APIVersion apiVersion text = (text "v1"),
        FieldPath fieldPath text,
    }
    RESOURCE_FIELD_SELECTOR {
        ContainerName containerName text,
        Resource resource text,
        Divisor divisor quantity,
    }
    FC_VOLUME_SOURCE {
        TargetWWNs targetWWNs [text],
        Lun lun (* i32),
        FSType fsType text,
        ReadOnly readOnly bool,
        WWIDs wwids [text],
    }
    AZURE_FILE_VOLUME_SOURCE {
        SecretName secretName text,
        ShareName shareName text,
        ReadOnly readOnly bool,
    }
    CONFIG_MAP_VOLUME_SOURCE {
        Name name text,
        Items items [KEY_TO_PATH],
        DefaultMode defaultMode (* i32) = 420,
        Optional optional (* bool),
        DefaultUser defaultUser (* i64) gated since_37,
    }
    VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE {
        VolumePath volumePath text,
        FSType fsType text,
        StoragePolicyName storagePolicyName text,
        StoragePolicyID storagePolicyID text,
    }
    QUOBYTE_VOLUME_SOURCE {
        Registry registry text,
        Volume volume text,
        ReadOnly readOnly bool,
        User user text,
        Group group text,
        Tenant tenant text,
    }
    AZURE_DISK_VOLUME_SOURCE {
        DiskName diskName text,
        DataDiskURI diskURI text,
        CachingMode cachingMode (* text) = (text "ReadWrite"),
        FSType fsType (* text) = (text "ext4"),
        ReadOnly readOnly (* bool) = false,
        Kind kind (* text) = (text "Shared"),
    }
    PHOTON_PERSISTENT_DISK_VOLUME_SOURCE {
        PdID pdID text,
        FSType fsType text,
    }
    PROJECTED_VOLUME_SOURCE {
        Sources sources [VOLUME_PROJECTION],
        DefaultMode defaultMode (* i32) = 420,
        DefaultUser defaultUser (* i64) gated since_37,
    }
    VOLUME_PROJECTION {
        Secret secret (* SECRET_PROJECTION),
        DownwardAPI downwardAPI (* DOWNWARD_API_PROJECTION),
        ConfigMap configMap (* CONFIG_MAP_PROJECTION),
        ServiceAccountToken serviceAccountToken (* SERVICE_ACCOUNT_TOKEN_PROJECTION),
        ClusterTrustBundle clusterTrustBundle (* CLUSTER_TRUST_BUNDLE_PROJECTION) gated,
        PodCertificate podCertificate (* POD_CERTIFICATE_PROJECTION) gated,
    }
    SECRET_PROJECTION {
        Name name text,
        Items items [KEY_TO_PATH],
        Optional optional (* bool),
    }
    DOWNWARD_API_PROJECTION {
        Items items [DOWNWARD_API_VOLUME_FILE],
    }
    CONFIG_MAP_PROJECTION {
        Name name text,
        Items items [KEY_TO_PATH],
        Optional optional (* bool),
    }
    SERVICE_ACCOUNT_TOKEN_PROJECTION {
        Audience audience text,
        ExpirationSeconds expirationSeconds flat_i64 = 3600 before_37,
        ExpirationSeconds expirationSeconds (* i64) = 3600 since_37,
        Path path text,
        User user (* i64) gated since_37,
    }
    CLUSTER_TRUST_BUNDLE_PROJECTION {
        Name name (* text),
        SignerName signerName (* text),
        LabelSelector labelSelector (* LABEL_SELECTOR),
        Optional optional (* bool),
        Path path text,
        User user (* i64) gated since_37,
    }
    LABEL_SELECTOR {
        matchLabels matchLabels {text} omitempty,
        matchExpressions matchExpressions [LABEL_SELECTOR_REQUIREMENT] omitempty,
    }
    LABEL_SELECTOR_REQUIREMENT {
        key key text,
        operator operator text,
        values values [text] omitempty,
    }
    POD_CERTIFICATE_PROJECTION {
        SignerName signerName text,
        KeyType keyType text,
        MaxExpirationSeconds maxExpirationSeconds (* i32),
        CredentialBundlePath credentialBundlePath text,
        KeyPath keyPath text,
        CertificateChainPath certificateChainPath text,
        UserAnnotations userAnnotations {text},
        User user (* i64) gated since_37,
    }
    PORTWORX_VOLUME_SOURCE {
        VolumeID volumeID text,
        FSType fsType text,
        ReadOnly readOnly bool,
    }
    SCALE_IO_VOLUME_SOURCE {
        Gateway gateway text,
        System system text,
        SecretRef secretRef (* LOCAL_OBJECT_REFERENCE),
        SSLEnabled sslEnabled bool,
        ProtectionDomain protectionDomain text,
        StoragePool storagePool text,
        StorageMode storageMode text = (text "ThinProvisioned"),
        VolumeName volumeName text,
        FSType fsType text = (text "xfs"),
        ReadOnly readOnly bool,
    }
    STORAGE_OS_VOLUME_SOURCE {
        VolumeName volumeName text,
        VolumeNamespace volumeNamespace text,
        FSType fsType text,
        ReadOnly readOnly bool,
        SecretRef secretRef (* LOCAL_OBJECT_REFERENCE),
    }
    CSI_VOLUME_SOURCE {
        Driver driver text,
        ReadOnly readOnly (* bool),
        FSType fsType (* text),
        VolumeAttributes volumeAttributes {text},
        NodePublishSecretRef nodePublishSecretRef (* LOCAL_OBJECT_REFERENCE),
    }
    EPHEMERAL_VOLUME_SOURCE {
        VolumeClaimTemplate volumeClaimTemplate (* PERSISTENT_VOLUME_CLAIM_TEMPLATE),
    }
    PERSISTENT_VOLUME_CLAIM_TEMPLATE {
        inline metadata OBJECT_META,
        Spec spec PERSISTENT_VOLUME_CLAIM_SPEC,
    }
    PERSISTENT_VOLUME_CLAIM_SPEC {
        AccessModes accessModes [text],
        Selector selector (* LABEL_SELECTOR),
        Resources resources VOLUME_RESOURCE_REQUIREMENTS,
        VolumeName volumeName text,
        StorageClassName storageClassName (* text),
        VolumeMode volumeMode (* text) = (text "Filesystem"),
        DataSource dataSource (* TYPED_LOCAL_OBJECT_REFERENCE),
        DataSourceRef dataSourceRef (* TYPED_OBJECT_REFERENCE),
        VolumeAttributesClassName volumeAttributesClassName (* text),
    }
    VOLUME_RESOURCE_REQUIREMENTS {
        Limits limits {quantity},
        Requests requests {quantity},
    }
    TYPED_LOCAL_OBJECT_REFERENCE {
        APIGroup apiGroup (* text),
        Kind kind text,
        Name name text,
    }
    TYPED_OBJECT_REFERENCE {
        APIGroup apiGroup (* text),
        Kind kind text,
        Name name text,
        Namespace namespace (* text),
    }
    IMAGE_VOLUME_SOURCE {
        Reference reference text,
        PullPolicy pullPolicy text,
    }
    CONTAINER {
        Name name text,
        Image image text,
        Command command [text],
        Args args [text],
        WorkingDir workingDir text,
        Ports ports [CONTAINER_PORT],
        EnvFrom envFrom [ENV_FROM_SOURCE],
        Env env [ENV_VAR],
        Resources resources RESOURCE_REQUIREMENTS,
        ResizePolicy resizePolicy [CONTAINER_RESIZE_POLICY],
        RestartPolicy restartPolicy (* text),
        RestartPolicyRules restartPolicyRules [CONTAINER_RESTART_RULE],
        VolumeMounts volumeMounts [VOLUME_MOUNT],
        VolumeDevices volumeDevices [VOLUME_DEVICE],
        LivenessProbe livenessProbe (* PROBE),
        ReadinessProbe readinessProbe (* PROBE),
        StartupProbe startupProbe (* PROBE),
        Lifecycle lifecycle (* LIFECYCLE),
        TerminationMessagePath terminationMessagePath text = (text "/dev/termination-log"),
        TerminationMessagePolicy terminationMessagePolicy text = (text "File"),
        ImagePullPolicy imagePullPolicy text,
        SecurityContext securityContext (* SECURITY_CONTEXT),
        Stdin stdin bool,
        StdinOnce stdinOnce bool,
        TTY tty bool,
    }
    CONTAINER_PORT {
        Name name text,
        HostPort hostPort i32,
        ContainerPort containerPort i32,
        Protocol protocol text = (text "TCP"),
        HostIP hostIP text,
    }
    ENV_FROM_SOURCE {
        Prefix prefix text,
        ConfigMapRef configMapRef (* CONFIG_MAP_ENV_SOURCE),
        SecretRef secretRef (* SECRET_ENV_SOURCE),
    }
    CONFIG_MAP_ENV_SOURCE {
        Name name text,
        Optional optional (* bool),
    }
    SECRET_ENV_SOURCE {
        Name name text,
        Optional optional (* bool),
    }
    ENV_VAR {
        Name name text,
        Value value text,
        ValueFrom valueFrom (* ENV_VAR_SOURCE),
    }
    ENV_VAR_SOURCE {
        FieldRef fieldRef (* OBJECT_FIELD_SELECTOR),
        ResourceFieldRef resourceFieldRef (* RESOURCE_FIELD_SELECTOR),
        ConfigMapKeyRef configMapKeyRef (* CONFIG_MAP_KEY_SELECTOR),
        SecretKeyRef secretKeyRef (* SECRET_KEY_SELECTOR),
        FileKeyRef fileKeyRef (* FILE_KEY_SELECTOR) gated,
    }
    CONFIG_MAP_KEY_SELECTOR {
        Name name text,
        Key key text,
        Optional optional (* bool),
    }
    SECRET_KEY_SELECTOR {
        Name name text,
        Key key text,
        Optional optional (* bool),
    }
    FILE_KEY_SELECTOR {
        VolumeName volumeName text,
        Path path text,
        Key key text,
        Optional optional (* bool) = false,
    }
    RESOURCE_REQUIREMENTS {
        Limits limits {quantity},
        Requests requests {quantity},
        Claims claims [RESOURCE_CLAIM],
    }
    RESOURCE_CLAIM {
        Name name text,
        Request request text,
    }
    CONTAINER_RESIZE_POLICY {
        ResourceName resourceName text,
        RestartPolicy restartPolicy text,
    }
    CONTAINER_RESTART_RULE {
        Action action text,
        ExitCodes exitCodes (* CONTAINER_RESTART_RULE_ON_EXIT_CODES),
    }
    CONTAINER_RESTART_RULE_ON_EXIT_CODES {
        Operator operator text,
        Values values [i32],
    }
    VOLUME_MOUNT {
        Name name text,
        ReadOnly readOnly bool,
        RecursiveReadOnly recursiveReadOnly (* text),
        MountPath mountPath text,
        SubPath subPath text,
        MountPropagation mountPropagation (* text),
        SubPathExpr subPathExpr text,
        BindMountOptions bindMountOptions [text] gated since_37,
    }
    VOLUME_DEVICE {
        Name name text,
        DevicePath devicePath text,
    }
    PROBE {
        Exec exec (* EXEC_ACTION),
        HTTPGet httpGet (* HTTP_GET_ACTION),
        TCPSocket tcpSocket (* TCP_SOCKET_ACTION),
        GRPC grpc (* GRPC_ACTION),
        InitialDelaySeconds initialDelaySeconds i32,
        TimeoutSeconds timeoutSeconds i32 = 1,
        PeriodSeconds periodSeconds i32 = 10,
        SuccessThreshold successThreshold i32 = 1,
        FailureThreshold failureThreshold i32 = 3,
        TerminationGracePeriodSeconds terminationGracePeriodSeconds (* i64),
    }
    EXEC_ACTION {
        Command command [text],
    }
    HTTP_GET_ACTION {
        Path path text = (text "/"),
        Port port int_or_string,
        Host host text,
        Scheme scheme text = (text "HTTP"),
        HTTPHeaders httpHeaders [HTTP_HEADER],
        Protocol protocol (* text) gated since_37,
    }
    HTTP_HEADER {
        Name name text,
        Value value text,
    }
    TCP_SOCKET_ACTION {
        Port port int_or_string,
        Host host text,
    }
    GRPC_ACTION {
        Port port i32,
        Service service (* text) = (text ""),
        Mode mode (* text) gated since_37,
    }
    LIFECYCLE {
        PostStart postStart (* LIFECYCLE_HANDLER),
        PreStop preStop (* LIFECYCLE_HANDLER),
        StopSignal stopSignal (* text),
    }
    LIFECYCLE_HANDLER {
        Exec exec (* EXEC_ACTION),
        HTTPGet httpGet (* HTTP_GET_ACTION),
        TCPSocket tcpSocket (* TCP_SOCKET_ACTION),
        Sleep sleep (* SLEEP_ACTION),
    }
    SLEEP_ACTION {
        Seconds seconds i64,
    }
    SECURITY_CONTEXT {
        Capabilities capabilities (* CAPABILITIES),
        Privileged privileged (* bool),
        SELinuxOptions seLinuxOptions (* SE_LINUX_OPTIONS),
        WindowsOptions windowsOptions (* WINDOWS_SECURITY_CONTEXT_OPTIONS),
        RunAsUser runAsUser (* i64),
        RunAsGroup runAsGroup (* i64),
        RunAsNonRoot runAsNonRoot (* bool),
        ReadOnlyRootFilesystem readOnlyRootFilesystem (* bool),
        AllowPrivilegeEscalation allowPrivilegeEscalation (* bool),
        ProcMount procMount (* text),
        SeccompProfile seccompProfile (* SECCOMP_PROFILE),
        AppArmorProfile appArmorProfile (* APP_ARMOR_PROFILE),
    }
    CAPABILITIES {
        Add add [text],
        Drop drop [text],
    }
    SE_LINUX_OPTIONS {
        User user text,
        Role role text,
        Type type text,
        Level level text,
    }
    WINDOWS_SECURITY_CONTEXT_OPTIONS {
        GMSACredentialSpecName gmsaCredentialSpecName (* text),
        GMSACredentialSpec gmsaCredentialSpec (* text),
        RunAsUserName runAsUserName (* text),
        HostProcess hostProcess (* bool),
    }
    SECCOMP_PROFILE {
        Type type text,
        LocalhostProfile localhostProfile (* text),
    }
    APP_ARMOR_PROFILE {
        Type type text,
        LocalhostProfile localhostProfile (* text),
    }
    EPHEMERAL_CONTAINER {
        Name name text,
        Image image text,
        Command command [text],
        Args args [text],
        WorkingDir workingDir text,
        Ports ports [CONTAINER_PORT],
        EnvFrom envFrom [ENV_FROM_SOURCE],
        Env env [ENV_VAR],
        Resources resources RESOURCE_REQUIREMENTS,
        ResizePolicy resizePolicy [CONTAINER_RESIZE_POLICY],
        RestartPolicy restartPolicy (* text),
        RestartPolicyRules restartPolicyRules [CONTAINER_RESTART_RULE],
        VolumeMounts volumeMounts [VOLUME_MOUNT],
        VolumeDevices volumeDevices [VOLUME_DEVICE],
        LivenessProbe livenessProbe (* PROBE),
        ReadinessProbe readinessProbe (* PROBE),
        StartupProbe startupProbe (* PROBE),
        Lifecycle lifecycle (* LIFECYCLE),
        TerminationMessagePath terminationMessagePath text = (text "/dev/termination-log"),
        TerminationMessagePolicy terminationMessagePolicy text = (text "File"),
        ImagePullPolicy imagePullPolicy text,
        SecurityContext securityContext (* SECURITY_CONTEXT),
        Stdin stdin bool,
        StdinOnce stdinOnce bool,
        TTY tty bool,
        TargetContainerName targetContainerName text,
    }
    POD_SECURITY_CONTEXT {
        HostNetwork _ bool before_37,
        HostPID _ bool before_37,
        HostIPC _ bool before_37,
        ShareProcessNamespace _ (* bool) before_37,
        HostUsers _ (* bool) before_37,
        SELinuxOptions seLinuxOptions (* SE_LINUX_OPTIONS),
        WindowsOptions windowsOptions (* WINDOWS_SECURITY_CONTEXT_OPTIONS),
        RunAsUser runAsUser (* i64),
        RunAsGroup runAsGroup (* i64),
        RunAsNonRoot runAsNonRoot (* bool),
        SupplementalGroups supplementalGroups [i64],
        SupplementalGroupsPolicy supplementalGroupsPolicy (* text),
        FSGroup fsGroup (* i64),
        Sysctls sysctls [SYSCTL] since_37,
        FSGroupChangePolicy fsGroupChangePolicy (* text),
        Sysctls sysctls [SYSCTL] before_37,
        SeccompProfile seccompProfile (* SECCOMP_PROFILE),
        AppArmorProfile appArmorProfile (* APP_ARMOR_PROFILE),
        SELinuxChangePolicy seLinuxChangePolicy (* text) gated,
    }
    SYSCTL {
        Name name text,
        Value value text,
    }
    AFFINITY {
        NodeAffinity nodeAffinity (* NODE_AFFINITY),
        PodAffinity podAffinity (* POD_AFFINITY),
        PodAntiAffinity podAntiAffinity (* POD_ANTI_AFFINITY),
    }
    NODE_AFFINITY {
        RequiredDuringSchedulingIgnoredDuringExecution requiredDuringSchedulingIgnoredDuringExecution (* NODE_SELECTOR),
        PreferredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution [PREFERRED_SCHEDULING_TERM],
    }
    NODE_SELECTOR {
        NodeSelectorTerms nodeSelectorTerms [NODE_SELECTOR_TERM],
    }
    NODE_SELECTOR_TERM {
        MatchExpressions matchExpressions [NODE_SELECTOR_REQUIREMENT],
        MatchFields matchFields [NODE_SELECTOR_REQUIREMENT],
    }
    NODE_SELECTOR_REQUIREMENT {
        Key key text,
        Operator operator text,
        Values values [text],
    }
    PREFERRED_SCHEDULING_TERM {
        Weight weight i32,
        Preference preference NODE_SELECTOR_TERM,
    }
    POD_AFFINITY {
        RequiredDuringSchedulingIgnoredDuringExecution requiredDuringSchedulingIgnoredDuringExecution [POD_AFFINITY_TERM],
        PreferredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution [WEIGHTED_POD_AFFINITY_TERM],
    }
    POD_AFFINITY_TERM {
        LabelSelector labelSelector (* LABEL_SELECTOR),
        Namespaces namespaces [text],
        TopologyKey topologyKey text,
        NamespaceSelector namespaceSelector (* LABEL_SELECTOR),
        MatchLabelKeys matchLabelKeys [text],
        MismatchLabelKeys mismatchLabelKeys [text],
    }
    WEIGHTED_POD_AFFINITY_TERM {
        Weight weight i32,
        PodAffinityTerm podAffinityTerm POD_AFFINITY_TERM,
    }
    POD_ANTI_AFFINITY {
        RequiredDuringSchedulingIgnoredDuringExecution requiredDuringSchedulingIgnoredDuringExecution [POD_AFFINITY_TERM],
        PreferredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution [WEIGHTED_POD_AFFINITY_TERM],
    }
    TOLERATION {
        Key key text,
        Operator operator text,
        Value value text,
        Effect effect text,
        TolerationSeconds tolerationSeconds (* i64),
    }
    HOST_ALIAS {
        IP ip text,
        Hostnames hostnames [text],
    }
    POD_DNS_CONFIG {
        Nameservers nameservers [text],
        Searches searches [text],
        Options options [POD_DNS_CONFIG_OPTION],
    }
    POD_DNS_CONFIG_OPTION {
        Name name text,
        Value value (* text),
    }
    POD_READINESS_GATE {
        ConditionType conditionType text,
    }
    TOPOLOGY_SPREAD_CONSTRAINT {
        MaxSkew maxSkew i32,
        TopologyKey topologyKey text,
        WhenUnsatisfiable whenUnsatisfiable text,
        LabelSelector labelSelector (* LABEL_SELECTOR),
        MinDomains minDomains (* i32),
        NodeAffinityPolicy nodeAffinityPolicy (* text),
        NodeTaintsPolicy nodeTaintsPolicy (* text),
        MatchLabelKeys matchLabelKeys [text] gated,
    }
    POD_OS {
        Name name text,
    }
    POD_SCHEDULING_GATE {
        Name name text,
    }
    POD_RESOURCE_CLAIM {
        Name name text,
        ResourceClaimName resourceClaimName (* text),
        ResourceClaimTemplateName resourceClaimTemplateName (* text),
    }
    POD_SCHEDULING_GROUP {
        PodGroupName podGroupName (* text),
    }
    EVICTION_RESPONDER {
        Name name text,
        Priority priority (* i32),
    }
    WORKLOAD_REFERENCE {
        Name name text,
        PodGroup podGroup text,
        PodGroupReplicaKey podGroupReplicaKey text,
    }
    OBJECT_META {
        name name text omitempty,
        generateName generateName text omitempty,
        namespace namespace text omitempty,
        selfLink selfLink text omitempty,
        uid uid text omitempty,
        resourceVersion resourceVersion text omitempty,
        generation generation i64 omitempty,
        creationTimestamp creationTimestamp time omitempty,
        deletionTimestamp deletionTimestamp (* time) omitempty,
        deletionGracePeriodSeconds deletionGracePeriodSeconds (* i64) omitempty,
        labels labels {text} omitempty,
        annotations annotations {text} omitempty,
        ownerReferences ownerReferences [OWNER_REFERENCE] omitempty,
        finalizers finalizers [text] omitempty,
        managedFields managedFields [MANAGED_FIELDS_ENTRY] omitempty,
    }
    OWNER_REFERENCE {
        apiVersion apiVersion text,
        kind kind text,
        name name text,
        uid uid text,
        controller controller (* bool) omitempty,
        blockOwnerDeletion blockOwnerDeletion (* bool) omitempty,
    }
    MANAGED_FIELDS_ENTRY {
        manager manager text omitempty,
        operation operation text omitempty,
        apiVersion apiVersion text omitempty,
        time time (* time) omitempty,
        fieldsType fieldsType text omitempty,
        subresource subresource text omitempty,
    }
}
