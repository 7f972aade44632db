import { z } from "zod";
import { PASSWORD_KEY, passwordSecret, USER } from "../../components/monitoring/grafana/names";
import { SERVICES } from "../../components/monitoring/names";
import { monitoringSchema, ownsOperator } from "../../settings/monitoring/schema";
import { recordedOutputs } from "../../engine/recordedOutputs";
import { findPlace, type Place } from "../../engine/place";
import { openCluster } from "../../engine/target";
import { CannotRun } from "../../errors";
import { shellCommand, shellWord } from "../../shell";
import type { Context } from "../command";
import { Kubectl, printWarnings } from "../kubectl";
import { isFree, keepOpen, portOf } from "./forward";
import type { MonitoringService } from "./names";

/** Options of `x0 monitoring`. */
export interface MonitoringOptions {
    readonly stack?: string;
    readonly port?: string;
    readonly showPassword?: boolean;
}

const outputsSchema = z.object({ expected: z.object({ monitoring: monitoringSchema }) });

/**
 * Settings of a stack's monitoring, from its outputs.
 * @throws CannotRun with the fix when the stack has no monitoring of its own.
 */
export function monitoringOf({ stack, embedded }: Pick<Place, "stack" | "embedded">, outputs: unknown) {
    const found = outputsSchema.safeParse(outputs).data?.expected.monitoring;
    if (found === undefined) {
        throw new CannotRun(
            `stack ${stack} has no monitoring yet: its first update has not finished, or ran an older version of the program`,
            shellCommand("pulumi", "up", "--stack", stack),
        );
    }
    if (!ownsOperator(found)) {
        const own = shellWord(stack);
        throw found.enabled
            ? new CannotRun(
                  `monitoring of this cluster is managed outside stack ${stack}: monitoring.chart.type is existing`,
                  embedded
                      ? "install a chart: npm run local -- --chart FILE.tgz\nor use the other stack's monitoring: --stack"
                      : "contact the owner of its Prometheus Operator",
              )
            : new CannotRun(
                  `monitoring is off in stack ${stack}`,
                  `pulumi config set --stack ${own} --path monitoring.enabled true\npulumi up --stack ${own}`,
              );
    }
    return found;
}

/** How to log in: for Grafana the user and where to find the password, or the password itself. */
export async function login(
    service: MonitoringService,
    showPassword: boolean,
    stack: string,
    { namespace, grafana }: ReturnType<typeof monitoringOf>,
    kubectl: Pick<Kubectl, "call">,
): Promise<string> {
    if (service !== "grafana") {
        return `no login: anyone who can reach ${service} can use it, so never expose it`;
    }
    const secret = passwordSecret(grafana);
    if (showPassword) {
        const path = `jsonpath={.data.${PASSWORD_KEY}}`;
        const encoded = await kubectl.call(["get", "secret", secret, "--output", path]);
        return `user ${USER}, password ${Buffer.from(encoded, "base64").toString("utf8")}`;
    }
    const where =
        grafana.password.type === "existing"
            ? `key ${PASSWORD_KEY} of Secret ${namespace}/${secret}`
            : `pulumi stack output grafanaPassword --show-secrets --stack ${shellWord(stack)}`;
    return `user ${USER}, password: ${where}\n         or: npx x0 monitoring grafana --stack ${shellWord(stack)} --show-password`;
}

const slicesSchema = z.object({
    items: z.array(
        z.object({
            endpoints: z
                .array(z.object({ conditions: z.object({ ready: z.boolean().default(true) }).prefault({}) }))
                .nullish(),
        }),
    ),
});

/**
 * Checks that the Service has a ready pod: kubectl would wait a minute for one and then report only the timeout. If the
 * user cannot list EndpointSlices, kubectl decides.
 * @throws CannotRun when no pod is ready.
 */
export async function assertReady(
    name: MonitoringService,
    stack: string,
    service: string,
    kubectl: Pick<Kubectl, "try">,
): Promise<void> {
    const selector = `kubernetes.io/service-name=${service}`;
    const { code, stdout } = await kubectl.try(["get", "endpointslices", "--selector", selector, "--output", "json"]);
    const slices = code === 0 ? slicesSchema.safeParse(JSON.parse(stdout)).data?.items : undefined;
    if (slices?.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions.ready)) === false) {
        throw new CannotRun(
            `${name} cannot be opened: no pod behind Service ${service} is ready` +
                (name === "grafana" ? "" : " (the operator creates them; on simulated nodes none runs)"),
            `npx x0 smoke --stack ${shellWord(stack)} --filter monitoring`,
        );
    }
}

/** Forwards a service of monitoring until Ctrl-C. @returns the exit code. */
export async function forwardMonitoring(
    name: MonitoringService,
    { stack, port: asked, showPassword = false }: MonitoringOptions,
    context: Context,
): Promise<number> {
    if (showPassword && name !== "grafana") {
        throw new CannotRun(`--show-password: ${name} has no login`, `npx x0 monitoring ${name}`);
    }
    const chosen = portOf(asked);
    const place = await findPlace(stack, context);
    const settings = monitoringOf(place, recordedOutputs(place.state.resources));
    const { target, notes } = await openCluster(place);
    printWarnings(notes);
    const kubectl = await Kubectl.find(target, settings.namespace, context);
    const { name: service, port, local } = SERVICES[name];
    if ((await kubectl.call(["get", "service", service, "--ignore-not-found", "--output", "name"])).trim() === "") {
        throw new CannotRun(
            `${name} is not deployed: there is no Service ${settings.namespace}/${service}`,
            shellCommand("pulumi", "up", "--stack", place.stack),
        );
    }
    await assertReady(name, place.stack, service, kubectl);
    const wanted = chosen ?? local;
    const free = await isFree(wanted);
    if (!free) {
        console.error(`Port ${wanted} is in use by another program: using a free one.`);
    }
    console.log(`login    ${await login(name, showPassword, place.stack, settings, kubectl)}`);
    return keepOpen(kubectl, [{ name, service, port, path: "", local: free ? wanted : 0 }]);
}
