import type { Field } from "../../engine/field";
import { advice, each, violation, type Finding } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { expressions, texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { kindName } from "../../kubernetes/kinds";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";
import { SECRET_KEY, SECRET_VALUE, suspicionOf, type Suspicion } from "../../kubernetes/secrets";
import { settingsInArgument, settingsInCommand, settingsInVariable } from "../../kubernetes/secretCommand";
import { settingsIn, withoutComments } from "../../kubernetes/secretText";

/** Never contains the value. */
const PROBLEM = "looks like a secret in plain text";

/** Anyone who can read the object, its backups or its repository can read the secret. */
export const plaintextSecret = defineObjectRule({
    id: "plaintext-secret",
    title: "Secrets are stored in Secrets",
    description: "No environment variable, argument, probe header or ConfigMap may contain a secret in plain text.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Store the value in a Secret, and mount it or refer to it with secretKeyRef.",
        "Rotate the secret: everyone who has read the object knows it.",
    ],
    url: "https://kubernetes.io/docs/concepts/configuration/secret/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    env: [{ name: DB_PASSWORD, value: hunter2hunter2 }]`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]`,
    },
    kinds: "any",
    options: {
        keyRegex: expressions(
            [SECRET_KEY],
            "Regular expressions for names of settings that are secrets, as written or as lower-case words joined by _; case does not matter.",
        ),
        valueRegex: expressions([SECRET_VALUE], "Regular expressions for secret values."),
        allowKeys: texts([], "Names of settings that are not secret; * matches any characters."),
    },
    *check(subject, { keyRegex, valueRegex, allowKeys }) {
        const [key, content] = [compile(keyRegex, "i"), compile(valueRegex, "")];
        const judge: Judgement = (name, value) =>
            allowKeys.some((pattern) => globMatches(pattern, name))
                ? undefined
                : suspicionOf(name, value, key, content);
        if (kindName(subject) === "ConfigMap") {
            yield* each(subject.object.at("data").entries(), ([name, value]) =>
                checkEntry(name, value, value.string() ?? "", judge),
            );
            yield* each(subject.object.at("binaryData").entries(), ([name, value]) =>
                checkEntry(name, value, Buffer.from(value.string() ?? "", "base64").toString("utf8"), judge),
            );
        }
        yield* each(subject.workloads, (workload) =>
            eachContainer(workload, EVERY_ROLE, (container) => checkContainer(container, judge)),
        );
    },
});

/** Ranking of suspicions. */
type Judgement = (name: string, value: string) => Suspicion | undefined;

/** A value of a ConfigMap: a setting or a configuration file. */
function* checkEntry(name: string, field: Field, text: string, judge: Judgement): Generator<Finding> {
    const whole = judge(name, withoutComments(text));
    if (whole !== undefined) {
        yield found(field, whole, PROBLEM, "Store it in a Secret.");
        return;
    }
    // A single word is not a file.
    if (!/[\n:=<]/.test(text)) {
        return;
    }
    const settings = settingsIn(text).map((setting) => ({ ...setting, suspicion: judge(setting.name, setting.value) }));
    const first =
        settings.find(({ suspicion }) => suspicion === "secret") ?? settings.find(({ suspicion }) => suspicion);
    if (first?.suspicion !== undefined) {
        const problem = `contains what ${PROBLEM} in line ${first.line}`;
        yield found(field, first.suspicion, problem, "Store the file, or that setting, in a Secret.");
    }
}

function* checkContainer(container: Field, judge: Judgement): Generator<Finding> {
    yield* each(container.at("env").items(), function* (entry) {
        const value = entry.at("value");
        const text = value.string() ?? "";
        const own = judge(entry.at("name").string() ?? "", text);
        const suspicion = own ?? worst(settingsInVariable(text).map((setting) => judge(setting.name, setting.value)));
        if (suspicion !== undefined) {
            yield found(value, suspicion, PROBLEM, "Store it in a Secret and use valueFrom.secretKeyRef.");
        }
    });
    yield* checkCommand([...container.at("command").items(), ...container.at("args").items()], judge);
    const actions = [
        ...["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => container.at(probe)),
        ...["postStart", "preStop"].map((event) => container.at("lifecycle", event)),
    ];
    yield* each(actions, function* (action) {
        yield* checkCommand(action.at("exec", "command").items(), judge);
        yield* each(action.at("httpGet", "httpHeaders").items(), function* (header) {
            const [name, value] = [header.at("name").string() ?? "", header.at("value").string() ?? ""];
            const isCredential = /^(?:proxy-)?authorization$/i.test(name) && /^(?:basic|bearer) [^$]/i.test(value);
            const suspicion = isCredential ? "secret" : judge(name, value);
            if (suspicion !== undefined) {
                yield found(header.at("value"), suspicion, PROBLEM, "Probe an endpoint that needs no credentials.");
            }
        });
    });
}

/** The arguments of one command. */
function* checkCommand(command: readonly Field[], judge: Judgement): Generator<Finding> {
    const texts = command.map((argument) => argument.label() ?? "");
    const credentials = settingsInCommand(texts).map(({ name, value }) => ({ value, suspicion: judge(name, value) }));
    yield* each(command.entries(), function* ([index, argument]) {
        const text = argument.string() ?? "";
        const settings = settingsInArgument(text, texts[index + 1]).map(({ name, value }) => judge(name, value));
        const held = credentials.filter(({ value }) => text.includes(value)).map(({ suspicion }) => suspicion);
        const suspicion = judge("", text) ?? worst([...settings, ...held]);
        if (suspicion !== undefined) {
            const fix = "Store it in a Secret and pass it as a file or an environment variable.";
            yield found(argument, suspicion, `contains what ${PROBLEM}`, fix);
        }
    });
}

function worst(suspicions: readonly (Suspicion | undefined)[]): Suspicion | undefined {
    return suspicions.find((one) => one === "secret") ?? suspicions.find((one) => one !== undefined);
}

function found(field: Field, suspicion: Suspicion, problem: string, fix: string): Finding {
    return suspicion === "secret" ? violation(field, problem, fix) : advice(field, problem, fix);
}

/** One expression for several; without any it matches nothing. */
function compile(sources: readonly string[], flags: string): RegExp {
    return new RegExp(sources.length === 0 ? "(?!)" : sources.map((source) => `(?:${source})`).join("|"), flags);
}
