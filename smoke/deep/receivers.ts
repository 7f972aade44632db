import { failed, judge, type Outcome } from "../outcome";
import type { Lab } from "./lab";
import { alertmanager, prometheus, query } from "./prometheus";

/** Name of the alert that is sent. */
const TEST_ALERT = "X0tta6bl4SmokeTest";

/** Timeout for the notifications (s): group_wait, delivery to the receiver, and two scrapes of Alertmanager. */
const NOTIFY_SECONDS = 180;

/** Severities, each of which can have another receiver. */
const SEVERITIES = ["critical", "warning", "info"];

/** Notifications by kind of receiver, e.g. `slack`. */
type Counts = Readonly<Record<string, number>>;

/** Sends one alert of each severity, waits for the notifications, and resolves the alerts. */
export async function receiversNotified(lab: Lab): Promise<Outcome> {
    const { receivers } = lab.expected.monitoring.settings.alertmanager;
    if (receivers.length === 0) {
        return failed("no receiver is set: alerts reach nobody (monitoring.alertmanager.receivers)");
    }
    const kinds = [...new Set(receivers.map(({ type }) => type))];
    const before = await counts(lab);
    lab.progress(`notifications to ${kinds.join(", ")}, up to ${NOTIFY_SECONDS} s`);
    const started = new Date();
    await send(lab, started, new Date(started.getTime() + 2 * NOTIFY_SECONDS * 1000));
    lab.atEnd(() => send(lab, started, new Date()));
    const sent = (now: Counts, past: Counts) =>
        Object.values(now).reduce((a, b) => a + b, 0) - Object.values(past).reduce((a, b) => a + b, 0);
    const after = await lab.until("notifications", NOTIFY_SECONDS, async () => {
        const now = await counts(lab);
        return sent(now.sent, before.sent) > 0 ? now : undefined;
    });
    return judge(
        Object.entries(after.failed)
            .map(([kind, count]) => ({ kind, more: count - (before.failed[kind] ?? 0) }))
            .filter(({ more }) => more > 0)
            .map(({ kind, more }) => ({ path: kind, expected: "no failed notification", actual: `${more} failed` })),
        `${sent(after.sent, before.sent)} notifications`,
    );
}

async function counts(lab: Lab): Promise<{ sent: Counts; failed: Counts }> {
    const to = prometheus(lab);
    const by = async (metric: string): Promise<Counts> =>
        Object.fromEntries(
            (await query(to, `sum by (integration) (${metric})`)).map(({ labels, value }) => [
                labels.integration ?? "",
                value,
            ]),
        );
    return {
        sent: await by("alertmanager_notifications_total"),
        failed: await by("alertmanager_notifications_failed_total"),
    };
}

async function send(lab: Lab, startsAt: Date, endsAt: Date): Promise<void> {
    const { namespace } = lab.expected;
    await alertmanager(lab).post(
        "/api/v2/alerts",
        SEVERITIES.map((severity) => ({
            labels: { alertname: TEST_ALERT, severity, namespace, run: lab.run },
            annotations: { summary: "A test of npx x0 smoke --deep --receivers; nothing is wrong" },
            startsAt: startsAt.toISOString(),
            endsAt: endsAt.toISOString(),
        })),
    );
}
