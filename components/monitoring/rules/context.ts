import { parseDuration } from "../../../settings/shared/duration";
import { meshNames } from "../../mesh/names";
import type { SpireSettings } from "../../../settings/schema";
import type { MonitoringArgs } from "../args";
import type { RuleContext } from "./types";

/** Part of a CA's life before whose end SPIRE changes to the next CA. */
const CA_CHANGE_SHARE = 1 / 6;

/** Most time before its end at which SPIRE changes a CA (s): 7 days. */
const MAX_CA_CHANGE_SECONDS = 604_800;

/** What of a stack the rules depend on. */
type RuleArgs = Pick<MonitoringArgs, "environment" | "settings" | "mesh"> & { readonly spire: SpireSettings };

/** What the rules depend on, from the settings of a stack. */
export function ruleContext({ environment, settings, mesh, spire }: RuleArgs): RuleContext {
    const { serverNamespace, systemNamespace, server } = spire;
    const caSeconds = parseDuration(server.caTtl) ?? 0;
    return {
        settings: settings.alerts,
        mesh: {
            namespace: mesh.namespace,
            name: meshNames(environment).app,
            scraped: mesh.metrics.enabled,
            ownPaths: ownPaths(mesh),
            startSeconds: mesh.progressDeadlineSeconds,
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

function ownPaths({ probes, metrics }: RuleArgs["mesh"]): string[] {
    const { liveness, readiness, startup } = probes;
    return [...new Set([liveness.path, readiness.path, startup.path, metrics.path])].sort();
}
