import { z } from "zod";
import { podStorage } from "./storage";
import * as p from "../shared/primitives";
import { BURST_CPU, containerResources } from "../shared/resources";

/** Name of the receiver that sends no notifications. */
export const NOBODY = "null";

/** Fields of every receiver. The credential is always a key of an existing Secret, mounted as a file. */
const shared = {
    name: p.dnsLabel.describe("Name that routes refer to"),
    secret: z
        .strictObject(
            {
                name: p.dnsName.describe("An existing Secret in the namespace"),
                key: p.secretKey.describe("Key of the credential"),
            },
            { error: p.objectWith("name and key of an existing Secret") },
        )
        .describe("Existing Secret with the credential; it is mounted as a file and is never a setting"),
    sendResolved: z.boolean().default(true).describe("Also notify when an alert is resolved"),
};

const address = p.text(
    /^[^\s@<>\p{Cc}\p{Cf}]{1,64}@[^\s@<>\p{Cc}\p{Cf}]{1,253}$/u,
    "one email address, e.g. oncall@example.com",
);

/** A receiver of notifications. */
const receiver = z.discriminatedUnion(
    "type",
    [
        z.strictObject({
            type: z.literal("slack").describe("A Slack channel; the credential is the URL of an incoming webhook"),
            ...shared,
            channel: p.text(/^[#@]?[\w.-]{1,80}$/, "a Slack channel, e.g. #alerts").describe("Channel"),
        }),
        z.strictObject({
            type: z.literal("pagerduty").describe("A PagerDuty service; the credential is its Events API v2 key"),
            ...shared,
        }),
        z.strictObject({
            type: z.literal("email").describe("A mailbox; the credential is the password of the SMTP user"),
            ...shared,
            to: address.describe("Recipient"),
            from: address.describe("Sender"),
            smarthost: p.hostAndPort("a mail server").describe("SMTP server; TLS is required"),
            username: p.line.describe("SMTP user"),
        }),
        z.strictObject({
            type: z
                .literal("webhook")
                .describe("Any service that accepts Alertmanager's JSON; the credential is its URL"),
            ...shared,
        }),
        z.strictObject({
            type: z.literal("telegram").describe("A Telegram chat; the credential is the bot token"),
            ...shared,
            chatId: z
                .int({ error: "the ID of a Telegram chat; that of a group is negative" })
                .refine((id) => id !== 0, { error: "the ID of a Telegram chat; that of a group is negative" })
                .describe("ID of the chat"),
        }),
    ],
    { error: "an object with type slack, pagerduty, email, webhook or telegram" },
);

const receiverName = (whose: string) => p.dnsLabel.optional().describe(whose);

/** Receivers by severity. The description of each says what applies when it is not set. */
const bySeverity = {
    critical: receiverName("Receiver of critical alerts; unset: the receiver of warnings"),
    warning: receiverName("Receiver of warnings and of alerts without a severity; unset: none"),
    info: receiverName("Receiver of informational alerts; unset: none"),
};

/** Routing: which receiver is notified of which alerts, and how often. */
const routing = z
    .strictObject({
        ...bySeverity,
        deadMan: receiverName(
            "Webhook of a dead man's switch: called every 5 minutes while alerting works, it notifies when the calls stop; unset: none",
        ),
        teams: z
            .array(
                z.strictObject({
                    team: p.dnsLabel.describe("Value of the alert label team"),
                    critical: receiverName(
                        "Receiver of its critical alerts; unset: that of its warnings, then the general one",
                    ),
                    warning: receiverName("Receiver of its warnings; unset: the general one"),
                    info: receiverName("Receiver of its informational alerts; unset: the general one"),
                }),
            )
            .default([])
            .describe("Teams with receivers of their own"),
        groupWait: p.duration
            .default("30s")
            .describe("Wait for more alerts of a group before the first notification (group_wait)"),
        groupInterval: p.duration
            .default("5m")
            .describe("Wait before a notification about new alerts of a group (group_interval)"),
        repeatCritical: p.duration
            .default("4h")
            .describe("Interval at which a critical alert is repeated (repeat_interval)"),
        repeatOthers: p.duration.default("12h").describe("Interval at which any other alert is repeated"),
    })
    .prefault({});

/** Schema of Alertmanager, which sends notifications about alerts. */
export const alertmanager = z
    .strictObject({
        replicas: p.count
            .default(1)
            .describe("Number of Alertmanagers; replicas share silences and deduplicate notifications"),
        externalUrl: p.httpUrl
            .optional()
            .describe("URL at which people reach it, for links in notifications; unset: its address in the cluster"),
        retention: p.duration.default("120h").describe("How long silences and the notification log are kept"),
        storage: podStorage(
            "Alertmanager",
            "2Gi",
            z.strictObject({
                type: z.literal("emptyDir").describe("Space on the node's disk: silences are deleted with the pod"),
            }),
        ).prefault({ type: "volume" }),
        receivers: z.array(receiver).default([]).describe("Receivers of notifications"),
        routing,
        egress: z
            .array(z.strictObject({ cidr: p.cidr.describe("IP range"), port: p.remotePort.describe("Port") }))
            .default([])
            .describe("Further destinations of receivers; https and the ports of mail servers are always open"),
        checkSecrets: z
            .boolean()
            .default(true)
            .describe("Stop if a receiver's Secret is missing or lacks the key; false where no Alertmanager runs"),
        resources: containerResources({
            requests: { cpu: "20m", memory: "64Mi" },
            limits: { cpu: BURST_CPU, memory: "128Mi" },
        }),
    })
    .prefault({});

/** Settings of Alertmanager, validated and with defaults. */
export type AlertmanagerSettings = z.output<typeof alertmanager>;

/** Settings of one receiver. */
export type ReceiverSettings = AlertmanagerSettings["receivers"][number];

/** Settings of routing: receivers by severity and team. */
export type RoutingSettings = AlertmanagerSettings["routing"];
