//! The gates of the three releases: their names, stages, defaults, locks and dependencies.
//!
//! The data is upstream's, as `featuregate.GetAll` and `featuregate.Dependencies` answer in a program that
//! links the API server, the kubelet and kube-scheduler of Kubernetes 1.35.4, 1.36.3 and 1.37.2. What a
//! release without a gate does is read from upstream's source: unless a comment says otherwise, a gate that
//! is gone leaves behind its last default, and the feature of a gate yet to come is off.

use super::Release;
use super::gate::{GateSpec, Presence, Stage};

/// A gate a row, in the order of their names: its cells for 1.35, 1.36 and 1.37, and the gates that it
/// depends on, in one list or, where releases differ, in a list for each. A cell is
/// - `(stage default)`, with `locked` if the default is all there is;
/// - `always`: no such gate, and the feature is on;
/// - `-`: no such gate, and the feature is off;
/// - `(in Gate)`: no such gate, and the feature is part of that other gate's.
macro_rules! gate_table {
    ($($gate:ident $v1_35:tt $v1_36:tt $v1_37:tt $([$($needs:ident)*])*;)*) => {
        /// A feature gate of Kubernetes 1.35, 1.36 or 1.37, ordered by name.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Gate {
            $(
                #[doc = concat!(
                    "On 1.35 `", stringify!($v1_35),
                    "`, on 1.36 `", stringify!($v1_36),
                    "`, on 1.37 `", stringify!($v1_37), "`.",
                )]
                $gate,
            )*
        }

        impl Gate {
            /// Every gate of any release, in the order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$gate),*];

            /// The gate's name.
            ///
            /// ```
            /// use podverdict::release::Gate;
            ///
            /// assert_eq!(Gate::ContainerRestartRules.as_str(), "ContainerRestartRules");
            /// ```
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$gate => stringify!($gate),)*
                }
            }

            /// What a release does about the gate.
            pub(super) const fn presence(self, release: Release) -> &'static Presence {
                let [v1_35, v1_36, v1_37] = match self {
                    $(Self::$gate => row!([$v1_35 $v1_36 $v1_37] $([$($needs)*])*),)*
                };
                match release {
                    Release::V1_35 => v1_35,
                    Release::V1_36 => v1_36,
                    Release::V1_37 => v1_37,
                }
            }
        }
    };
}

macro_rules! row {
    ($cells:tt) => { row!($cells [] [] []) };
    ($cells:tt $needs:tt) => { row!($cells $needs $needs $needs) };
    ([$v1_35:tt $v1_36:tt $v1_37:tt] $needs_1_35:tt $needs_1_36:tt $needs_1_37:tt) => {
        &[cell!($v1_35 $needs_1_35), cell!($v1_36 $needs_1_36), cell!($v1_37 $needs_1_37)]
    };
}

macro_rules! cell {
    (always $needs:tt) => { Presence::AlwaysOn };
    (- $needs:tt) => { Presence::AlwaysOff };
    ((in $whole:ident) $needs:tt) => { Presence::PartOf(Gate::$whole) };
    (($stage:ident $default:ident) $needs:tt) => { cell!($stage $default false $needs) };
    (($stage:ident $default:ident locked) $needs:tt) => { cell!($stage $default true $needs) };
    ($stage:ident on $locked:literal $needs:tt) => { cell!(true $stage $locked $needs) };
    ($stage:ident off $locked:literal $needs:tt) => { cell!(false $stage $locked $needs) };
    ($default:literal $stage:ident $locked:literal [$($needs:ident)*]) => {
        Presence::Gated(GateSpec {
            default: $default,
            stage: Stage::$stage,
            locked: $locked,
            depends_on: &[$(Gate::$needs),*],
        })
    };
}

gate_table! {
    APIResponseCompression                        (Beta on)      (Beta on)      (Beta on);
    APIServerIdentity                             (Beta on)      (Beta on)      (Beta on);
    APIServerTracing                              (Ga on locked) (Ga on locked) always;
    APIServerWebhookAuthenticationToken           -              -              (Alpha off);
    APIServingWithRoutine                         (Alpha off)    (Alpha off)    (Alpha off);
    AggregatedDiscoveryRemoveBetaType             (Deprecated on locked) (Deprecated on locked) (Deprecated on locked);
    AllAlpha                                      (Alpha off)    (Alpha off)    (Alpha off);
    AllBeta                                       (Beta off)     (Beta off)     (Beta off);
    AllowDNSOnlyNodeCSR                           (Deprecated off) (Deprecated off) (Deprecated off);
    AllowInsecureKubeletCertificateSigningRequests (Deprecated off) (Deprecated off) (Deprecated off);
    AllowOverwriteTerminationGracePeriodSeconds   (Deprecated off locked) (Deprecated off locked) (Deprecated off locked);
    AllowParsingUserUIDFromCertAuth               (Beta on)      (Beta on)      (Beta on);
    // Upstream says of the time before the gate: on.
    AllowServiceExternalIPs                       always         (Ga on)        (Ga on);
    AllowUnsafeMalformedObjectDeletion            (Alpha off)    (Alpha off)    (Beta on);
    AnonymousAuthConfigurableEndpoints            (Ga on locked) (Ga on locked) always;
    AnyVolumeDataSource                           (Ga on locked) (Ga on locked) always;
    AtomicFIFO                                    -              (Beta on)      (Beta on);
    AtomicWriteVolumeUserFields                   -              -              (Alpha off);
    AuthorizeNodeWithSelectors                    (Ga on locked) (Ga on locked) always
        [AuthorizeWithSelectors];
    AuthorizePodWebsocketUpgradeCreatePermission  (Beta on)      (Beta on)      (Beta on);
    AuthorizeWithSelectors                        (Ga on locked) (Ga on locked) always;
    BtreeWatchCache                               (Ga on locked) (Ga on locked) always;
    CBORServingAndStorage                         (Alpha off)    (Alpha off)    (Alpha off);
    CPUManagerPolicyAlphaOptions                  (Alpha off)    (Alpha off)    (Alpha off);
    CPUManagerPolicyBetaOptions                   (Beta on)      (Beta on)      (Beta on);
    CPUManagerPolicyOptions                       (Ga on locked) (Ga on locked) (Ga on locked);
    CRDObservedGenerationTracking                 (Beta off)     (Beta on)      (Beta on);
    CRDValidationRatcheting                       (Ga on locked) (Ga on locked) (Ga on locked);
    CRIListStreaming                              -              (Alpha off)    (Alpha off);
    CSIMigrationPortworx                          (Ga on locked) always         always;
    CSIServiceAccountTokenSecrets                 (Beta on)      (Ga on locked) (Ga on locked);
    CSIVolumeHealth                               (Alpha off)    (Alpha off)    (Alpha off);
    ChangeContainerStatusOnKubeletRestart         (Deprecated off) (Deprecated off) (Deprecated off);
    ClearingNominatedNodeNameAfterBinding         (Beta on)      (Beta on)      (Beta on);
    ClientsAllowCARotation                        -              (Beta on)      (Beta on);
    ClientsAllowCBOR                              (Alpha off)    (Alpha off)    (Alpha off);
    ClientsAllowTLSCacheGC                        -              (Beta on)      (Beta on);
    ClientsPreferCBOR                             (Alpha off)    (Alpha off)    (Alpha off);
    CloudControllerManagerWatchBasedRoutesReconciliation (Alpha off)    (Alpha off)    (Alpha off);
    CloudControllerManagerWebhook                 (Alpha off)    (Alpha off)    (Alpha off);
    ClusterTrustBundle                            (Beta off)     (Beta off)     (Ga on);
    ClusterTrustBundleProjection                  (Beta off)     (Beta off)     (Ga on) [ClusterTrustBundle];
    ComponentFlagz                                (Alpha off)    (Beta on)      (Beta on);
    ComponentStatusz                              (Alpha off)    (Beta on)      (Beta on);
    CompositePodGroup                             -              -              (Alpha off)
        [GenericWorkload TopologyAwareWorkloadScheduling];
    ConcurrentWatchObjectDecode                   (Beta off)     (Beta off)     (Beta on);
    ConsistentListFromCache                       (Ga on locked) (Ga on locked) always;
    ConsistentListFromCacheSkipTimeoutFallback    -              -              (Alpha off);
    ConstrainedImpersonation                      (Alpha off)    (Beta on)      (Beta on);
    ContainerCheckpoint                           (Beta on)      (Beta on)      (Beta on);
    ContainerRestartRules                         (Beta on)      (Beta on)      (Beta on);
    ContainerStopSignals                          (Alpha off)    (Alpha off)    (Alpha off);
    ControllerManagerReleaseLeaderElectionLockOnExit -              (Alpha off)    (Alpha off);
    CoordinatedLeaderElection                     (Beta off)     (Beta off)     (Beta off);
    CrossNamespaceVolumeDataSource                (Alpha off)    (Alpha off)    (Alpha off);
    CustomCPUCFSQuotaPeriod                       (Alpha off)    (Ga on)        (Ga on);
    CustomResourceFieldSelectors                  (Ga on locked) (Ga on locked) (Ga on locked);
    DRAAdminAccess                                (Beta on)      (Ga on locked) (Ga on locked)
        [DynamicResourceAllocation];
    DRAConsumableCapacity                         (Alpha off)    (Beta on)      (Beta on)
        [DynamicResourceAllocation];
    DRADerivedAttributes                          -              -              (Alpha off)
        [DynamicResourceAllocation];
    DRADeviceBindingConditions                    (Alpha off)    (Beta on)      (Beta on)
        [DRAResourceClaimDeviceStatus DynamicResourceAllocation];
    DRADeviceCompatibilityGroups                  -              -              (Alpha off)
        [DRAPartitionableDevices DynamicResourceAllocation];
    DRADeviceTaintRules                           (Alpha off)    (Beta off)     (Ga on) [DRADeviceTaints];
    DRADeviceTaints                               (Alpha off)    (Beta on)      (Ga on)
        [DynamicResourceAllocation];
    DRAExtendedResource                           (Alpha off)    (Beta on)      (Ga on locked)
        [DynamicResourceAllocation];
    DRAFractionalCapacityRange                    -              -              (Beta off)
        [DRAConsumableCapacity];
    DRAListTypeAttributes                         -              (Alpha off)    (Alpha off)
        [DynamicResourceAllocation];
    DRANodeAllocatableResources                   -              (Alpha off)    (Alpha off)
        [DynamicResourceAllocation];
    DRAOptionalNodeOperations                     -              -              (Alpha off)
        [DynamicResourceAllocation NodeDeclaredFeatures];
    DRAPartitionableDevices                       (Alpha off)    (Beta on)      (Beta on)
        [DynamicResourceAllocation];
    DRAPartitionableDevicesType                   -              -              (Alpha off)
        [DRAPartitionableDevices DRAResourcePoolStatus DynamicResourceAllocation];
    DRAPrioritizedList                            (Beta on)      (Ga on)        (Ga on locked)
        [DynamicResourceAllocation];
    DRAResourceClaimDeviceStatus                  (Beta on)      (Beta on)      (Ga on locked);
    DRAResourceClaimGranularStatusAuthorization   -              (Beta on)      (Beta on)
        [DRAResourceClaimDeviceStatus DynamicResourceAllocation];
    DRAResourcePoolStatus                         -              (Alpha off)    (Alpha off)
        [DynamicResourceAllocation];
    DRASchedulerFilterTimeout                     (Beta on)      (Beta on)      (Beta on)
        [DynamicResourceAllocation];
    DRAWorkloadResourceClaims                     -              (Alpha off)    (Beta off)
        [DynamicResourceAllocation GenericWorkload];
    DeclarativeValidation                         (Beta on)      (Ga on locked) (Ga on locked);
    DeclarativeValidationBeta                     -              (Beta on)      (Beta on)
        [DeclarativeValidation];
    DeclarativeValidationTakeover                 (Beta off)     (Deprecated off) (Deprecated off locked)
        [DeclarativeValidation];
    DefaultPodSysctls                             -              -              (Alpha off);
    DeploymentReplicaSetTerminatingReplicas       (Beta on)      (Beta on)      (Beta on);
    DetectCacheInconsistency                      (Beta on)      (Beta on)      (Beta on);
    DisableAllocatorDualWrite                     (Ga on locked) (Ga on locked) (Ga on locked)
        [MultiCIDRServiceAllocator];
    DisableCPUQuotaWithExclusiveCPUs              (Beta on)      (Deprecated on) (Deprecated on locked);
    DisableNodeKubeProxyVersion                   (Deprecated on) (Deprecated on locked) (Deprecated on locked);
    DynamicResourceAllocation                     (Ga on locked) (Ga on locked) (Ga on locked);
    EmptyDirVolumeMode                            -              -              (Alpha off);
    EnvFiles                                      (Beta on)      (Beta on)      (Beta on);
    EtcdRangeStream                               -              -              (Beta on);
    EventedPLEG                                   (Alpha off)    (Alpha off)    (Alpha off)
        []
        []
        [PLEGOnDemandRelist];
    EvictionRequestAPI                            -              -              (Alpha off);
    ExcludeAdmissionWebhookVirtualResources       -              -              (Beta on);
    ExecProbeTimeout                              (Ga on locked) (Ga on locked) (Ga on locked);
    ExtendWebSocketsToKubelet                     -              (Beta on)      (Beta on)
        [NodeDeclaredFeatures];
    ExternalServiceAccountTokenSigner             (Beta on)      (Ga on locked) (Ga on locked);
    GRPCContainerProbeTLS                         -              -              (Alpha off);
    // 1.37 asks GenericWorkload instead (scheduler/framework/plugins/feature).
    GangScheduling                                (Alpha off)    (Alpha off)    (in GenericWorkload)
        [GenericWorkload];
    GenericWorkload                               (Alpha off)    (Alpha off)    (Beta off);
    GitRepoVolumeDriver                           (Deprecated off) (Deprecated off locked) (Deprecated off locked);
    GracefulNodeShutdown                          (Beta on)      (Beta on)      (Beta on);
    GracefulNodeShutdownBasedOnPodPriority        (Beta on)      (Beta on)      (Beta on)
        [GracefulNodeShutdown];
    H2CContainerProbe                             -              -              (Alpha off)
        [NodeDeclaredFeatures];
    HPAConfigurableTolerance                      (Beta on)      (Beta on)      (Ga on locked);
    HPAGeneration                                 -              -              (Beta on);
    HPAOptimizedSelectorStore                     -              -              (Beta on);
    HPAScaleToZero                                (Alpha off)    (Alpha off)    (Beta on);
    HonorPVReclaimPolicy                          (Ga on locked) always         always;
    HostnameOverride                              (Beta on)      (Beta on)      (Ga on locked);
    HugepageAwareEviction                         -              -              (Beta on);
    ImageMaximumGCAge                             (Ga on locked) (Ga on locked) (Ga on locked);
    ImageVolume                                   (Beta on)      (Ga on locked) (Ga on locked);
    ImageVolumeWithDigest                         -              (Alpha off)    (Alpha off) [ImageVolume];
    InOrderInformers                              (Beta on)      (Ga on locked) (Ga on locked);
    InOrderInformersBatchProcess                  (Beta on)      (Beta on)      (Beta on);
    InPlacePodLevelResourcesVerticalScaling       (Alpha off)    (Beta on)      (Beta on)
        [InPlacePodVerticalScaling NodeDeclaredFeatures PodLevelResources];
    InPlacePodVerticalScaling                     (Ga on locked) (Ga on locked) (Ga on locked);
    InPlacePodVerticalScalingAllocatedStatus      (Deprecated off) -              -
        [InPlacePodVerticalScaling];
    InPlacePodVerticalScalingExclusiveCPUs        (Alpha off)    (Alpha off)    (Alpha off)
        [InPlacePodVerticalScaling];
    InPlacePodVerticalScalingExclusiveMemory      (Alpha off)    (Alpha off)    (Alpha off)
        [InPlacePodVerticalScaling MemoryManager]
        [InPlacePodVerticalScaling]
        [InPlacePodVerticalScaling];
    InPlacePodVerticalScalingInitContainers       -              (Beta on)      (Ga on locked)
        [InPlacePodVerticalScaling NodeDeclaredFeatures];
    InPlacePodVerticalScalingMemoryBackedVolumes  -              -              (Alpha off)
        [InPlacePodVerticalScaling NodeDeclaredFeatures];
    InPlacePodVerticalScalingSchedulerPreemption  -              -              (Alpha off)
        [InPlacePodVerticalScaling];
    // 1.36 has no in-tree plugin left (volume/csimigration.PluginManager).
    InTreePluginPortworxUnregister                (Alpha off)    always         always;
    InformerResourceVersion                       (Ga on)        (Ga on)        (Ga on);
    InterPodAffinityHostnameFastPath              -              -              (Alpha off);
    JobBackoffLimitPerIndex                       (Ga on locked) (Ga on locked) always;
    JobManagedBy                                  (Ga on locked) (Ga on locked) (Ga on locked);
    JobPodReplacementPolicy                       (Ga on locked) (Ga on locked) always;
    JobSuccessPolicy                              (Ga on locked) (Ga on locked) always;
    KMSv1                                         (Deprecated off) (Deprecated off) (Deprecated off);
    // Upstream says of the time before the gate: on.
    KubeProxyIPVS                                 always         always         (Deprecated on);
    KubeProxyNFTablesLocalhostNodePorts           -              -              (Alpha off);
    KubeletAllocatedPodsEndpoint                  -              -              (Alpha off)
        [InPlacePodVerticalScaling];
    KubeletCgroupDriverFromCRI                    (Ga on locked) (Ga on locked) (Ga on locked);
    KubeletCrashLoopBackOffMax                    (Beta on)      (Beta on)      (Beta on);
    KubeletEnsureSecretPulledImages               (Beta on)      (Beta on)      (Beta on);
    KubeletFineGrainedAuthz                       (Beta on)      (Ga on locked) (Ga on locked);
    KubeletInUserNamespace                        (Alpha off)    (Alpha off)    (Beta on);
    KubeletPSI                                    (Beta on)      (Ga on locked) (Ga on locked);
    KubeletPodResourcesDynamicResources           (Beta on)      (Ga on locked) (Ga on locked);
    KubeletPodResourcesGet                        (Beta on)      (Ga on locked) (Ga on locked);
    KubeletPodResourcesListUseActivePods          (Deprecated on) (Deprecated on) (Deprecated on);
    KubeletRegistrationGetOnExistsOnly            (Deprecated off) (Deprecated off) (Deprecated off);
    KubeletSeparateDiskGC                         (Beta on)      (Beta on)      (Beta on);
    KubeletServiceAccountTokenForCredentialProviders (Beta on)      (Beta on)      (Beta on);
    KubeletTracing                                (Ga on locked) (Ga on locked) (Ga on locked);
    ListFromCacheSnapshot                         (Beta on)      (Beta on)      (Beta on);
    LocalStorageCapacityIsolationFSQuotaMonitoring (Beta off)     (Beta off)     (Beta off);
    LogarithmicScaleDown                          (Ga on locked) (Ga on locked) always;
    ManifestBasedAdmissionControlConfig           -              (Alpha off)    (Beta on);
    MatchLabelKeysInPodAffinity                   (Ga on locked) (Ga on locked) (Ga on locked);
    MatchLabelKeysInPodTopologySpread             (Beta on)      (Beta on)      (Beta on);
    MatchLabelKeysInPodTopologySpreadSelectorMerge (Beta on)      (Beta on)      (Beta on)
        [MatchLabelKeysInPodTopologySpread];
    MaxUnavailableStatefulSet                     (Beta off)     (Beta off)     (Beta on);
    MemoryManager                                 (Ga on locked) always         always;
    MemoryQoS                                     (Alpha off)    (Alpha off)    (Beta on);
    MultiCIDRServiceAllocator                     (Ga on locked) (Ga on locked) (Ga on locked);
    MutableCSINodeAllocatableCount                (Beta on)      (Ga on locked) (Ga on locked);
    MutablePVNodeAffinity                         (Alpha off)    (Alpha off)    (Alpha off);
    MutablePodResourcesForSuspendedJobs           (Alpha off)    (Beta on)      (Beta on);
    MutableSchedulingDirectivesForSuspendedJobs   (Alpha off)    (Beta on)      (Beta on);
    MutatingAdmissionPolicy                       (Beta off)     (Ga on)        (Ga on);
    NFTablesNetlink                               -              -              (Beta on);
    NFTablesProxyMode                             (Ga on locked) (Ga on locked) (Ga on locked);
    NativeHistograms                              -              (Alpha off)    (Beta on);
    NodeControllerLeaseCircuitBreaker             -              -              (Beta on) [AtomicFIFO];
    NodeDeclaredFeatures                          (Alpha off)    (Beta on)      (Ga on locked);
    NodeInclusionPolicyInPodTopologySpread        (Ga on locked) (Ga on locked) (Ga on locked);
    NodeLifecycleConditions                       -              -              (Alpha off);
    NodeLogQuery                                  (Beta off)     (Ga on locked) (Ga on locked);
    NodeSwap                                      (Ga on locked) (Ga on locked) (Ga on locked);
    NominatedNodeNameForExpectation               (Beta on)      (Beta on)      (Beta on);
    OpenAPIEnums                                  (Beta on)      (Beta on)      (Beta on);
    OpportunisticBatching                         (Beta on)      (Beta on)      (Beta on);
    OrderedNamespaceDeletion                      (Ga on locked) (Ga on locked) always;
    PLEGOnDemandRelist                            -              (Beta on)      (Ga on locked);
    PersistentVolumeClaimUnusedSinceTime          -              (Alpha off)    (Beta on);
    PodAndContainerStatsFromCRI                   (Alpha off)    (Alpha off)    (Beta off);
    PodCertificateRequest                         (Beta off)     (Beta off)     (Ga on)
        [AuthorizeNodeWithSelectors]
        [AuthorizeNodeWithSelectors]
        [];
    PodDeletionCost                               (Beta on)      (Beta on)      (Beta on);
    PodGroupPreemptionPolicy                      -              -              (Alpha off) [GenericWorkload];
    PodLevelResourceManagers                      -              (Alpha off)    (Beta off)
        [PodLevelResources];
    PodLevelResources                             (Beta on)      (Beta on)      (Beta on);
    PodLevelResourcesFixDefaulting                -              -              (Beta on) [PodLevelResources];
    PodLevelResourcesFixKubeletQOSClass           -              -              (Beta on) [PodLevelResources];
    PodLifecycleSleepAction                       (Ga on locked) (Ga on locked) always;
    PodLifecycleSleepActionAllowZero              (Ga on locked) (Ga on locked) always
        [PodLifecycleSleepAction];
    PodLogsQuerySplitStreams                      (Alpha off)    (Alpha off)    (Alpha off);
    PodObservedGenerationTracking                 (Ga on locked) (Ga on locked) (Ga on locked);
    PodReadyToStartContainersCondition            (Beta on)      (Beta on)      (Ga on locked);
    PodSchedulingReadiness                        (Ga on locked) (Ga on locked) (Ga on locked);
    PodTopologyLabelsAdmission                    (Beta on)      (Beta on)      (Beta on);
    PodsAPI                                       -              (Alpha off)    (Beta on);
    PortForwardWebsockets                         (Beta on)      (Beta on)      (Beta on);
    PreferSameTrafficDistribution                 (Ga on locked) (Ga on locked) (Ga on locked);
    // 1.37 always does so (kubelet/config.tryDecodeSinglePod).
    PreventStaticPodAPIReferences                 (Beta on)      (Beta on)      always;
    ProcMountType                                 (Beta on)      (Ga on locked) (Ga on locked)
        [UserNamespacesSupport];
    QOSReserved                                   (Alpha off)    (Alpha off)    (Alpha off);
    RecoverVolumeExpansionFailure                 (Ga on locked) (Ga on locked) (Ga on locked);
    RecursiveReadOnlyMounts                       (Ga on locked) (Ga on locked) (Ga on locked);
    ReduceDefaultCrashLoopBackOffDecay            (Alpha off)    (Alpha off)    (Alpha off);
    RelaxedDNSSearchValidation                    (Ga on locked) (Ga on locked) always;
    RelaxedEnvironmentVariableValidation          (Ga on locked) (Ga on locked) (Ga on locked);
    RelaxedServiceNameValidation                  (Alpha off)    (Beta on)      (Ga on locked);
    ReloadKubeletClientCAFile                     -              (Beta on)      (Beta on);
    ReloadKubeletServerCertificateFile            (Beta on)      (Beta on)      (Beta on);
    RemoteRequestHeaderUID                        (Beta on)      (Beta on)      (Beta on);
    ResilientWatchCacheInitialization             (Ga on locked) (Ga on locked) always;
    ResourceHealthStatus                          (Alpha off)    (Beta on)      (Beta on)
        [DynamicResourceAllocation];
    ResourceHealthStatusMessage                   -              (Beta on)      (Beta on)
        [ResourceHealthStatus];
    RestartAllContainersOnContainerExits          (Alpha off)    (Beta on)      (Beta on)
        [ContainerRestartRules NodeDeclaredFeatures];
    RetryGenerateName                             (Ga on locked) (Ga on locked) always;
    RotateKubeletServerCertificate                (Beta on)      (Beta on)      (Beta on);
    RuntimeClassInImageCriApi                     (Alpha off)    (Alpha off)    (Alpha off);
    SELinuxChangePolicy                           (Beta on)      (Ga on locked) (Ga on locked);
    SELinuxMount                                  (Beta off)     (Beta off)     (Ga on);
    SELinuxMountReadWriteOncePod                  (Beta on)      (Ga on locked) (Ga on locked);
    SchedulerAsyncAPICalls                        (Beta off)     (Beta off)     (Beta off);
    SchedulerAsyncPreemption                      (Beta on)      (Beta on)      (Beta on);
    SchedulerPopFromBackoffQ                      (Beta on)      (Beta on)      (Beta on);
    SchedulerPreQueueingHints                     -              -              (Alpha off);
    SchedulerQueueingHints                        (Ga on locked) (Ga on locked) always;
    SeparateCacheWatchRPC                         (Deprecated off) (Deprecated off locked) (Deprecated off locked);
    SeparateTaintEvictionController               (Ga on locked) (Ga on locked) (Ga on locked);
    ServiceAccountNodeAudienceRestriction         (Beta on)      (Beta on)      (Beta on);
    ServiceAccountTokenJTI                        (Ga on locked) (Ga on locked) (Ga on locked);
    ServiceAccountTokenNodeBinding                (Ga on locked) (Ga on locked) (Ga on locked)
        [ServiceAccountTokenNodeBindingValidation];
    ServiceAccountTokenNodeBindingValidation      (Ga on locked) (Ga on locked) (Ga on locked);
    ServiceAccountTokenPodNodeInfo                (Ga on locked) (Ga on locked) (Ga on locked);
    ServiceCIDRStatusFieldWiping                  -              (Deprecated on) (Deprecated on);
    ServiceTrafficDistribution                    (Ga on locked) always         always;
    ShardedListAndWatch                           -              (Alpha off)    (Alpha off);
    SidecarContainers                             (Ga on locked) (Ga on locked) always;
    SizeBasedListCostEstimate                     (Beta on)      (Beta on)      (Beta on);
    StaleControllerConsistencyDaemonSet           -              (Beta on)      (Beta on) [AtomicFIFO];
    StaleControllerConsistencyHPA                 -              -              (Beta on) [AtomicFIFO];
    StaleControllerConsistencyJob                 -              (Beta on)      (Beta on) [AtomicFIFO];
    StaleControllerConsistencyReplicaSet          -              (Beta on)      (Beta on) [AtomicFIFO];
    StaleControllerConsistencyStatefulSet         -              (Beta on)      (Beta on) [AtomicFIFO];
    StatefulSetRecreateStrategy                   -              -              (Alpha off);
    StatefulSetSemanticRevisionComparison         (Beta on)      (Beta on)      (Beta on);
    StorageCapacityScoring                        (Alpha off)    (Alpha off)    (Beta on);
    StorageNamespaceIndex                         (Deprecated on) (Deprecated on) (Deprecated on);
    StorageVersionAPI                             (Alpha off)    (Alpha off)    (Alpha off)
        [APIServerIdentity];
    StorageVersionHash                            (Beta on)      (Beta on)      (Beta on);
    StorageVersionMigrator                        (Beta off)     (Beta off)     (Ga on);
    StreamingCollectionEncodingToJSON             (Ga on locked) (Ga on locked) always;
    StreamingCollectionEncodingToProtobuf         (Ga on locked) (Ga on locked) always;
    StrictIPCIDRValidation                        (Alpha off)    (Beta on)      (Beta on);
    StructuredAuthenticationConfiguration         (Ga on locked) (Ga on locked) always;
    StructuredAuthenticationConfigurationEgressSelector (Beta on)      (Beta on)      (Beta on)
        [StructuredAuthenticationConfiguration]
        [StructuredAuthenticationConfiguration]
        [];
    StructuredAuthenticationConfigurationJWKSMetrics (Beta on)      (Beta on)      (Beta on)
        [StructuredAuthenticationConfiguration]
        [StructuredAuthenticationConfiguration]
        [];
    StructuredAuthorizationConfiguration          (Ga on locked) always         always;
    SupplementalGroupsPolicy                      (Ga on locked) (Ga on locked) (Ga on locked);
    SystemdWatchdog                               (Ga on locked) (Ga on locked) (Ga on locked);
    TaintTolerationComparisonOperators            (Alpha off)    (Alpha off)    (Alpha off);
    TokenRequestServiceAccountUIDValidation       (Beta on)      (Beta on)      (Beta on);
    TopologyAwareHints                            (Ga on locked) always         always;
    TopologyAwareWorkloadScheduling               -              (Alpha off)    (Alpha off) [GenericWorkload];
    TopologyManagerPolicyAlphaOptions             (Alpha off)    (Alpha off)    (Alpha off);
    TopologyManagerPolicyBetaOptions              (Beta on)      (Beta on)      (Beta on);
    TopologyManagerPolicyOptions                  (Ga on)        (Ga on locked) (Ga on locked);
    TranslateStreamCloseWebsocketRequests         (Beta on)      (Beta on)      (Beta on);
    UnauthenticatedHTTP2DOSMitigation             (Beta on)      (Beta on)      (Beta on);
    UnknownVersionInteroperabilityProxy           (Alpha off)    (Beta on)      (Beta on) [APIServerIdentity];
    UnlockWhileProcessingFIFO                     -              (Beta on)      (Beta on);
    UserNamespacesHostNetworkSupport              (Alpha off)    (Alpha off)    (Alpha off)
        [UserNamespacesSupport]
        [NodeDeclaredFeatures UserNamespacesSupport]
        [NodeDeclaredFeatures UserNamespacesSupport];
    UserNamespacesSupport                         (Beta on)      (Ga on locked) (Ga on locked);
    VolumeAttributesClass                         (Ga on)        (Ga on locked) (Ga on locked);
    VolumeBindMountOptions                        -              -              (Alpha off);
    VolumeLimitScaling                            (Alpha off)    (Alpha off)    (Beta on);
    WatchCacheInitializationPostStartHook         (Beta off)     (Beta on)      (Ga on locked);
    WatchFromStorageWithoutResourceVersion        (Deprecated off locked) -              -;
    WatchList                                     (Beta on)      (Beta on)      (Beta on);
    WatchListClient                               (Beta on)      (Beta on)      (Beta on);
    WatchListCompression                          -              -              (Beta on);
    WebhookRoundTripLoadBalancing                 -              -              (Beta on);
    WinDSR                                        (Ga on locked) (Ga on locked) (Ga on locked);
    WinOverlay                                    (Ga on locked) (Ga on locked) (Ga on locked);
    WindowsCPUAndMemoryAffinity                   (Alpha off)    (Alpha off)    (Alpha off)
        [MemoryManager]
        []
        [];
    WindowsGracefulNodeShutdown                   (Beta on)      (Beta on)      (Beta on)
        [GracefulNodeShutdown];
    WindowsHostNetwork                            (Deprecated off) (Deprecated off) (Deprecated off);
    // 1.37 asks GenericWorkload instead (scheduler/framework/plugins/feature).
    WorkloadAwarePreemption                       -              (Alpha off)    (in GenericWorkload)
        [GangScheduling];
    WorkloadWithJob                               -              (Alpha off)    (Alpha off) [GenericWorkload];
}
