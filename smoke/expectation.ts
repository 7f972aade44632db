import type { ResolvedMeshSettings } from "../settings";
import type { RuleContext } from "../components/monitoring/rules/types";
import type { MonitoringSettings, SpireSettings } from "../settings/schema";

/** What the live objects are compared with. */
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
    /** Where SPIRE is, and how many servers there should be. */
    readonly spire: {
        /** Whether it is this stack's. */
        readonly enabled: boolean;
        readonly serverNamespace: string;
        readonly systemNamespace: string;
        readonly servers: number;
        /** Its settings, complete. */
        readonly settings: SpireSettings;
    };
    /** What monitoring should have made. */
    readonly monitoring: {
        /** Its settings, complete. */
        readonly settings: MonitoringSettings;
        /** What the rules and dashboards depend on. */
        readonly rules: RuleContext;
        /** Names of the dashboards' ConfigMaps; none where another stack makes them. */
        readonly dashboards: readonly string[];
    };
    /** Settings of the mesh, complete. */
    readonly mesh: ResolvedMeshSettings;
}
