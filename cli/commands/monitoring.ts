import { z } from "zod";
import { recordedOutputs } from "../../engine/recordedOutputs";
import { PASSWORD_KEY, passwordSecret, USER } from "../../components/monitoring/grafana/names";
import { SERVICES } from "../../components/monitoring/names";
import { monitoringSchema, ownsOperator } from "../../settings/monitoring/schema";
import { CannotRun } from "../../errors";
import { type Command, type Context, main, parse } from "../command";
import { isFree, keepOpen, portOf } from "../forward";
import { Kubectl } from "../kubectl";
import { findPlace, type Place } from "../../engine/place";
import { openCluster } from "../../engine/target";

const DOORS = ["grafana", "prometheus", "alertmanager"] as const;

type DoorName = (typeof DOORS)[number];

const USAGE = `npx x0 monitoring DOOR [flags]

Opens Grafana, Prometheus or Alertmanager on this machine
and prints address and login, until Ctrl-C.
DOOR is ${DOORS.join(", ")}.

  --stack NAME      staging or prod
  --port N          local port; default: grafana ${SERVICES.grafana.local},
                    prometheus ${SERVICES.prometheus.local}, alertmanager ${SERVICES.alertmanager.local}.
                    Another one where it is taken
  --show-password   with grafana: print the password
  --help            print this

Exit code: 0 ended by Ctrl-C, 2 could not open it`;

/** What the command line asks for. */
export interface Request {
    readonly door: DoorName;
    readonly stack?: string;
    readonly port?: number;
    readonly showPassword: boolean;
}

/** Reads the command line. @throws CannotRun that names what is wrong. */
export function readRequest(argv: readonly string[]): Request {
    const { values, positionals, stack } = parse(
        "monitoring",
        argv,
        { port: { type: "string" }, "show-password": { type: "boolean" } },
        1,
    );
    const [asked = ""] = positionals;
    const door = DOORS.find((known) => known === asked);
    if (door === undefined) {
        throw new CannotRun(
            asked === "" ? `which one: ${DOORS.join(", ")}?` : `${asked}: must be ${DOORS.join(", ")}`,
            "npx x0 monitoring grafana",
        );
    }
    const showPassword = values["show-password"] === true;
    if (showPassword && door !== "grafana") {
        throw new CannotRun(`--show-password: ${door} has no login`, `npx x0 monitoring ${door}`);
    }
    return { door, stack, port: portOf(values.port), showPassword };
}

const outputsSchema = z.object({ expected: z.object({ monitoring: monitoringSchema }) });

/**
 * Settings of a stack's monitoring, from its outputs.
 * @throws CannotRun where it has none of its own, with what to do.
 */
export function monitoringOf({ stack, embedded }: Pick<Place, "stack" | "embedded">, outputs: unknown) {
    const found = outputsSchema.safeParse(outputs).data?.expected.monitoring;
    if (found === undefined) {
        throw new CannotRun(
            `stack ${stack} has no monitoring yet: its first update has not ended, or it was an older program's`,
            `pulumi up --stack ${stack}`,
        );
    }
    if (!ownsOperator(found)) {
        throw found.enabled
            ? new CannotRun(
                  `monitoring of the cluster is not stack ${stack}'s: monitoring.chart.type is existing`,
                  embedded
                      ? "no chart there yet: npm run local -- --chart FILE.tgz; the other stack's: --stack"
                      : "ask who runs its Prometheus operator",
              )
            : new CannotRun(
                  `monitoring is off in stack ${stack}`,
                  `pulumi config set --stack ${stack} --path monitoring.enabled true, then pulumi up`,
              );
    }
    return found;
}

/** How to log in: for Grafana the user and where the password is, or the password itself. */
export async function login(
    { door, showPassword }: Request,
    stack: string,
    { namespace, grafana }: ReturnType<typeof monitoringOf>,
    kubectl: Pick<Kubectl, "call">,
): Promise<string> {
    if (door !== "grafana") {
        return `no login: whoever reaches ${door} may use it, so never expose it`;
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
            : `pulumi stack output grafanaPassword --show-secrets --stack ${stack}`;
    return `user ${USER}, password: ${where}\n         or: npx x0 monitoring grafana --stack ${stack} --show-password`;
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
 * Makes sure that a pod stands behind the Service: kubectl would wait a minute for one and then say only that it did.
 * Where the user may not look, kubectl has the word.
 * @throws CannotRun where there is none that is ready.
 */
export async function someoneAnswers(
    door: DoorName,
    stack: string,
    service: string,
    kubectl: Pick<Kubectl, "try">,
): Promise<void> {
    const selector = `kubernetes.io/service-name=${service}`;
    const { code, stdout } = await kubectl.try(["get", "endpointslices", "--selector", selector, "--output", "json"]);
    const slices = code === 0 ? slicesSchema.safeParse(JSON.parse(stdout)).data?.items : undefined;
    if (slices?.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions.ready)) === false) {
        throw new CannotRun(
            `${door} cannot be opened: no pod behind Service ${service} is ready` +
                (door === "grafana" ? "" : " (the operator makes them; on simulated nodes none runs)"),
            `npm run smoke -- --stack ${stack} --filter monitoring`,
        );
    }
}

async function open(request: Request, context: Context): Promise<number> {
    const place = await findPlace(request.stack, context);
    const monitoring = monitoringOf(place, recordedOutputs(place.state.resources));
    const { target, notes } = await openCluster(place);
    for (const note of notes) {
        console.error(`Warning: ${note}`);
    }
    const kubectl = await Kubectl.find(target, monitoring.namespace, context);
    const { name: service, port, local } = SERVICES[request.door];
    if ((await kubectl.call(["get", "service", service, "--ignore-not-found", "--output", "name"])).trim() === "") {
        throw new CannotRun(
            `${request.door} is not deployed: there is no Service ${monitoring.namespace}/${service}`,
            `pulumi up --stack ${place.stack}`,
        );
    }
    await someoneAnswers(request.door, place.stack, service, kubectl);
    const wanted = request.port ?? local;
    const free = await isFree(wanted);
    if (!free) {
        console.error(`Port ${wanted} is taken by another program: a free one is used.`);
    }
    console.log(`login    ${await login(request, place.stack, monitoring, kubectl)}`);
    return keepOpen(kubectl, [{ name: request.door, service, port, path: "", local: free ? wanted : 0 }]);
}

/** `npx x0 monitoring`. */
export const monitoringCommand: Command = {
    name: "monitoring",
    usage: USAGE,
    run: async (argv, context) => open(readRequest(argv), context),
};

if (require.main === module) {
    void main(monitoringCommand);
}
