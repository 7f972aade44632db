import { major, minor } from "semver";
import { PROVEN_CHART_VERSION } from "../../settings/monitoring/chart";

/** Minor version of the operator that the proven chart brings: 0.93. CRDs of an older one lack fields. */
const PROVEN_OPERATOR_MINOR = 93;

/** Running version in the cluster, for an update of monitoring; parts are `undefined` when not there. */
export interface LiveMonitoring {
    /** Environment of the stack that the namespace belongs to, e.g. `production`. */
    readonly environment?: string;
    /** Version of the chart that is installed. */
    readonly chartVersion?: string;
    /** Version of the operator that the CRDs in the cluster are of. */
    readonly crdVersion?: string;
}

/** Versions that an update would install. */
export interface WantedChart {
    /** Exact version of the chart. */
    readonly version: string;
    /** Whether the chart's job upgrades the CRDs. */
    readonly upgradeCrds: boolean;
}

/** Why a chart must not follow the running version, each with the fix; empty when it may. */
export function chartSteps(wanted: WantedChart, live: LiveMonitoring): string[] {
    return [...crdStep(wanted, live), ...oneMajor(wanted, live)];
}

/**
 * Why this stack must leave alone what runs, with what to do instead: another stack has made it.
 * @param environment That of this stack.
 * @param namespace Namespace of monitoring.
 */
export function othersMonitoring(environment: string, namespace: string, live: LiveMonitoring): string[] {
    return live.environment === undefined || live.environment === environment
        ? []
        : [
              `Monitoring in namespace ${namespace} belongs to the stack of ${live.environment}: a cluster holds one.\n` +
                  "    Use that one:  pulumi config set --path monitoring.chart.type existing\n" +
                  "    Or another:    pulumi config set --path cluster.context <name>",
          ];
}

/** Helm installs CRDs once and never upgrades them: what a newer operator needs must come another way. */
function crdStep({ version, upgradeCrds }: WantedChart, { chartVersion, crdVersion }: LiveMonitoring): string[] {
    const upgrade = "    Upgrade them:  pulumi config set --path monitoring.chart.upgradeCrds true";
    if (upgradeCrds) {
        return [];
    }
    const known = chartVersion ?? PROVEN_CHART_VERSION;
    if (major(version) !== major(known)) {
        return [
            `The chart is ${version}, but ${chartVersion === undefined ? `the one that this program was proven with is ${known}` : `${known} is installed`}: ` +
                `a new major version brings new CRDs, which Helm does not upgrade.\n${upgrade}`,
        ];
    }
    return major(version) === major(PROVEN_CHART_VERSION) &&
        crdVersion !== undefined &&
        minor(crdVersion) < PROVEN_OPERATOR_MINOR
        ? [
              `The chart is ${version}, whose operator is 0.${PROVEN_OPERATOR_MINOR}, but the CRDs in the cluster are of ${crdVersion}: ` +
                  `unknown fields would be dropped silently.\n${upgrade}`,
          ]
        : [];
}

function oneMajor({ version }: WantedChart, { chartVersion }: LiveMonitoring): string[] {
    if (chartVersion === undefined) {
        return [];
    }
    const [to, from] = [major(version), major(chartVersion)];
    if (to > from + 1) {
        return [
            `The chart is ${version}, but ${chartVersion} is installed: go one major version at a time, in staging first.\n` +
                `    Next step:     monitoring.chart to a release of ${from + 1}.x`,
        ];
    }
    return to < from
        ? [
              `The chart is ${version}, but ${chartVersion} is installed: its CRDs cannot be downgraded.\n` +
                  `    Keep it:       monitoring.chart to ${chartVersion}`,
          ]
        : [];
}
