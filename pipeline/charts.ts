import { isProperties, SECRET, type Properties, showable } from "../engine/values";
import { objectName, type Planned } from "../engine/changes";
import { isRelease, releaseSources } from "../policy/helm/sources";
import { parseTypeToken } from "../policy/crossguard/typeToken";
import { monitoringSchema } from "../settings/monitoring/schema";

/** An object of a chart, as a manifest without secret data. */
export interface ChartObject {
    /** Release, kind and name, e.g. `Release monitoring/prometheus DaemonSet monitoring/node-exporter`. */
    readonly name: string;
    /** The manifest. */
    readonly body: Properties;
}

/** Helm releases among the resources of a program. */
export function releases(resources: readonly Planned[]): Planned[] {
    return resources.filter(({ type }) => {
        const parsed = parseTypeToken(type);
        return parsed !== undefined && isRelease(parsed);
    });
}

/** Whether a preview left out the chart of monitoring, since it could not be reached: most pods of a stack are in it. */
export function lacksChart(resources: readonly Planned[], config: Readonly<Record<string, unknown>>): boolean {
    const { success, data } = monitoringSchema.safeParse(config.monitoring ?? {});
    return success && data.enabled && data.chart.type !== "existing" && releases(resources).length === 0;
}

/**
 * The objects in the chart of a release, rendered as the policy pack renders them.
 * @throws Error that names the release where its chart cannot be rendered: without its objects the result would look
 * clean.
 */
export async function chartObjects(release: Planned, stack: string): Promise<ChartObject[]> {
    const { type, urn, inputs } = release;
    const name = objectName(release);
    const parsed = parseTypeToken(type);
    const fallbackName = urn.split("::").at(-1);
    const [self, ...objects] =
        parsed === undefined ? [] : await releaseSources({ ...parsed, body: inputs, fallbackName, stack });
    const rendering = self?.rendering;
    if (rendering?.type !== "rendered") {
        const reason =
            rendering?.type === "failed" ? rendering.reason : `${rendering?.path ?? "its type"} is not known.`;
        throw new Error(`${name}: its chart cannot be rendered, so nothing in it would be evaluated. ${reason}`);
    }
    return objects.map(({ group, version = "v1", kind, body }) => {
        const token = `kubernetes:${group === "" ? "core" : group}/${version}:${kind}`;
        const shown = withoutSecrets(showable(token, isProperties(body) ? body : {}));
        return { name: `${name} ${objectName({ type: token, urn, inputs: shown })}`, body: shown };
    });
}

/** An object without its secret data. */
export function withoutSecrets(object: Properties): Properties {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== SECRET));
}
