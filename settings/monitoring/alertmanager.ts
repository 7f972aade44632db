import { z } from "zod";
import { podStorage } from "./storage";
import * as p from "../shared/primitives";
import { containerResources } from "../spire/server";

/** Name of the receiver that sends nothing. */
export const NOBODY = "null";

/** Parts of every receiver; the credential is always a file of an existing Secret. */
const shared = {
    name: p.dnsLabel.describe("Name that routes refer to"),
    secret: z
        .strictObject(
            {
                name: p.dnsName.describe("An existing Secret in the namespace"),
                key: p.secretKey.describe("Key of the credential in it"),
            },
            { error: p.objectWith("name and key of an existing Secret") },
        )
        .describe("Where the credential is; it is mounted as a file and never part of a setting"),
    sendResolved: z.boolean().default(true).describe("Tell when an alert is over, too"),
};

const address = p.text(/^[^\s@<>]+@[^\s@<>]+$/, "one mail address, e.g. oncall@example.com");

const MAIL_SERVER = "host:port of a mail server, e.g. smtp.example.com:587";

/** Who can be told. */
const receiver = z.discriminatedUnion(
    "type",
    [
        z.strictObject({
            type: z.literal("slack").describe("A Slack channel; the credential is an incoming webhook's address"),
            ...shared,
            channel: p.text(/^[#@]?[\w.-]{1,80}$/, "a Slack channel, e.g. #alerts").describe("Channel"),
        }),
        z.strictObject({
            type: z.literal("pagerduty").describe("A PagerDuty service; the credential is its Events API v2 key"),
            ...shared,
        }),
        z.strictObject({
            type: z.literal("email").describe("A mailbox; the credential is the password of the mail server's user"),
            ...shared,
            to: address.describe("Who gets the mail"),
            from: address.describe("Sender"),
            smarthost: z
                .string({ error: MAIL_SERVER })
                .refine(
                    (server) =>
                        /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:[1-9]\d*$/i.test(server) && URL.canParse(`smtp://${server}`),
                    { error: MAIL_SERVER },
                )
                .describe("Mail server; TLS is required"),
            username: z.string().min(1).describe("User at the mail server"),
        }),
        z.strictObject({
            type: z
                .literal("webhook")
                .describe("Any service that takes Alertmanager's JSON; the credential is its URL"),
            ...shared,
        }),
        z.strictObject({
            type: z.literal("telegram").describe("A Telegram chat; the credential is the bot's token"),
            ...shared,
            chatId: z
                .int({ error: "the number of a Telegram chat; a group's is negative" })
                .refine((id) => id !== 0, { error: "the number of a Telegram chat; a group's is negative" })
                .describe("Number of the chat"),
        }),
    ],
    { error: "an object with type slack, pagerduty, email, webhook or telegram" },
);

const receiverName = (whose: string) => p.dnsLabel.optional().describe(whose);

/** Receivers by severity; each unset one falls back as its text says. */
const bySeverity = {
    critical: receiverName("Receiver of critical alerts; unset: that of warnings"),
    warning: receiverName("Receiver of warnings and of alerts without a severity; unset: nobody"),
    info: receiverName("Receiver of informational alerts; unset: nobody"),
};

/** Who is told of what, and how often. */
const routing = z
    .strictObject({
        ...bySeverity,
        deadMan: receiverName(
            "Webhook that is called every 5 minutes while alerting works, and that tells when the calls stop; unset: none",
        ),
        teams: z
            .array(
                z.strictObject({
                    team: p.dnsLabel.describe("Value of the alerts' label team"),
                    critical: receiverName("Receiver of its critical alerts; unset: its warnings', then everybody's"),
                    warning: receiverName("Receiver of its warnings; unset: everybody's"),
                    info: receiverName("Receiver of its informational alerts; unset: everybody's"),
                }),
            )
            .default([])
            .describe("Teams whose alerts go elsewhere"),
        groupWait: p.duration.default("30s").describe("Wait for more alerts of a group before the first message"),
        groupInterval: p.duration.default("5m").describe("Wait before news of a group are sent"),
        repeatCritical: p.duration.default("4h").describe("Time after which a critical alert is told again"),
        repeatOthers: p.duration.default("12h").describe("Time after which any other alert is told again"),
    })
    .prefault({});

/** Alertmanager: who is told of alerts. */
export const alertmanager = z
    .strictObject({
        replicas: p.count.default(1).describe("Number of Alertmanagers; several share silences and send once"),
        externalUrl: p.httpUrl
            .optional()
            .describe("Address at which people reach it, for the links in messages; unset: its address in the cluster"),
        retention: p.duration.default("120h").describe("How long silences and what was sent are remembered"),
        storage: podStorage(
            "Alertmanager",
            "2Gi",
            z.strictObject({
                type: z.literal("emptyDir").describe("Space on the node's disk: silences go with the pod"),
            }),
        ).prefault({ type: "volume" }),
        receivers: z.array(receiver).default([]).describe("Who can be told"),
        routing,
        egress: z
            .array(z.strictObject({ cidr: p.cidr.describe("IP range"), port: p.remotePort.describe("Port") }))
            .default([])
            .describe("Further destinations of receivers; https and the mail servers' ports are open anyway"),
        checkSecrets: z
            .boolean()
            .default(true)
            .describe("Stop when a receiver's Secret is missing or lacks the key; false where no Alertmanager runs"),
        resources: containerResources({
            requests: { cpu: "20m", memory: "64Mi" },
            limits: { cpu: "100m", memory: "128Mi" },
        }),
    })
    .prefault({});

/** Settings of Alertmanager. */
export type AlertmanagerSettings = z.output<typeof alertmanager>;

/** One receiver. */
export type ReceiverSettings = AlertmanagerSettings["receivers"][number];

/** Receivers by severity. */
export type RoutingSettings = AlertmanagerSettings["routing"];
