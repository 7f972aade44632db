import { isRollout } from "../../../settings/mesh/delivery";
import { parseDuration } from "../../../settings/shared/duration";
import { measuringSeconds, rolloutDeadline } from "../../../settings/mesh/deliveryConstraints";
import { installsController } from "../../../settings/mesh/delivery";
import { meshNames } from "../../mesh/names";
import type { SpireSettings } from "../../../settings/schema";
import type { MonitoringArgs } from "../args";
import type { RuleContext } from "./types";

/** Share of a CA's lifetime that remains when SPIRE activates the next CA. */
const CA_CHANGE_SHARE = 1 / 6;

/** Maximum remaining lifetime at which SPIRE activates the next CA (s): 7 days. */
const MAX_CA_CHANGE_SECONDS = 604_800;

/** Parts of a stack that the rules depend on. */
type RuleArgs = Pick<MonitoringArgs, "environment" | "settings" | "mesh"> & { readonly spire: SpireSettings };

/** Derives the context of the rules from the settings of a stack. */
export function ruleContext({ environment, settings, mesh, spire }: RuleArgs): RuleContext {
    const { serverNamespace, systemNamespace, server } = spire;
    const caSeconds = parseDuration(server.caTtl) ?? 0;
    return {
        settings: settings.alerts,
        mesh: {
            namespace: mesh.namespace,
            name: meshNames(environment).app,
            delivery: mesh.delivery.type,
            controllerNamespace: installsController(mesh) ? mesh.namespace : undefined,
            scraped: mesh.metrics.enabled,
            ownPaths: ownPaths(mesh),
            longestPauseSeconds: longestPause(mesh),
            startSeconds: startSeconds(mesh),
        },
        spire: spire.enabled
            ? {
                  serverNamespace,
                  systemNamespace,
                  caChangeSeconds: Math.min(caSeconds * CA_CHANGE_SHARE, MAX_CA_CHANGE_SECONDS),
                  selfSigned: server.upstreamAuthority.type === "none",
              }
            : undefined,
        monitoringNamespace: settings.namespace,
    };
}

/** Time within which a pod of a rollout must be available (s). */
function startSeconds(mesh: RuleArgs["mesh"]): number {
    const { delivery, progressDeadlineSeconds } = mesh;
    return isRollout(delivery) ? rolloutDeadline(mesh, delivery) : progressDeadlineSeconds;
}

/** Longest pause of a canary's step that ends by itself (s). */
function longestPause({ delivery }: RuleArgs["mesh"]): number {
    if (delivery.type !== "canary") {
        return 0;
    }
    const measured = delivery.analysis.enabled ? measuringSeconds(delivery.analysis) : 0;
    return Math.max(measured, ...(delivery.steps ?? []).map(({ pauseSeconds = 0 }) => pauseSeconds));
}

function ownPaths({ probes, metrics }: RuleArgs["mesh"]): string[] {
    const { liveness, readiness, startup } = probes;
    return [...new Set([liveness.path, readiness.path, startup.path, metrics.path])].sort();
}
