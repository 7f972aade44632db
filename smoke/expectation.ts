import type { ResolvedMeshSettings } from "../settings";
import type { RuleContext } from "../components/monitoring/rules/types";
import type { MonitoringSettings, SpireSettings } from "../settings/schema";

/** Expected state, with which the live objects are compared. */
export interface Expectation {
    /** Name of the stack, e.g. `prod`. */
    readonly stack: string;
    /** Value of the `environment` label, e.g. `production`. */
    readonly environment: string;
    /** Namespace of the mesh. */
    readonly namespace: string;
    /** Names of the objects. */
    readonly names: {
        readonly deployment: string;
        readonly service: string;
        readonly metricsService: string;
        readonly configMap: string;
        readonly secret: string;
        readonly serviceAccount: string;
        readonly clusterRole: string;
    };
    /** User name of the app's ServiceAccount in RBAC. */
    readonly user: string;
    /** SPIFFE trust domain. */
    readonly trustDomain: string;
    /** Host and port of the SPIRE server, e.g. `spire-server.spire:8081`. */
    readonly spireServer: string;
    /** Namespace of the SPIRE server. */
    readonly spireNamespace: string;
    /** Port of the SPIRE server. */
    readonly spirePort: number;
    /** Expected state of SPIRE. */
    readonly spire: {
        /** Whether this stack creates SPIRE. */
        readonly enabled: boolean;
        readonly serverNamespace: string;
        readonly systemNamespace: string;
        readonly servers: number;
        /** The settings, with all defaults. */
        readonly settings: SpireSettings;
    };
    /** Expected state of monitoring. */
    readonly monitoring: {
        /** The settings, with all defaults. */
        readonly settings: MonitoringSettings;
        /** Context of the rules and dashboards. */
        readonly rules: RuleContext;
        /** Names of the dashboards' ConfigMaps; empty if another stack creates them. */
        readonly dashboards: readonly string[];
    };
    /** Settings of the mesh, with all defaults. */
    readonly mesh: ResolvedMeshSettings;
}
