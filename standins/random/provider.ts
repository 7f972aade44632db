import type { Server } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { commonService, configured } from "../protocol/provider";
import { unary } from "../protocol/server";
import { parseUrn } from "../protocol/urn";
import { containsUnknown, fromStruct, reveal, revealMap, toStruct, Unknown } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";
import { kinds } from "./kinds";
import type { RandomKind } from "./kinds";

/** Version that the stand-in reports: that of the official plugin that the project pins. */
const VERSION = "4.21.2";

/** The kind of a URN. @throws Error for a kind that only the official plugin supports. */
function kindOf(urn: string): RandomKind {
    const { type } = parseUrn(urn);
    const kind = kinds[type.split(":").at(-1) ?? ""];
    if (kind === undefined) {
        throw new Error(
            `${type} is not served by the stand-in plugin: install the official plugin: ` +
                `pulumi plugin install resource random ${VERSION}`,
        );
    }
    return kind;
}

/** Inputs with their defaults. */
function complete(kind: RandomKind, inputs: PropertyMap): PropertyMap {
    const given = Object.entries(inputs).filter(([name, value]) => value !== null && name !== "__defaults");
    return { ...kind.defaults, ...Object.fromEntries(given) };
}

/** A value as text for comparison, with secrets unwrapped. */
function comparable(value: Value | undefined): string {
    return JSON.stringify(reveal(value ?? null));
}

/**
 * Keys that the official plugin stores in the state besides inputs and outputs; `number` is the old name of `numeric`.
 */
const bookkeeping = /^(?:id|number|__.*)$/;

/** Names of the changed inputs. A random resource cannot be updated in place: any change replaces it. */
export function changedInputs(state: PropertyMap, kind: RandomKind, news: PropertyMap): string[] {
    const known = new Set([...Object.keys(kind.defaults ?? {}), ...Object.keys(news)]);
    const dropped = Object.keys(state).filter((name) => !kind.outputs.includes(name) && name !== "bcryptHash");
    const names = new Set([...known, ...dropped.filter((name) => !bookkeeping.test(name))]);
    return [...names].filter((name) => comparable(state[name]) !== comparable(news[name]));
}

/** Registers the provider's service. Methods that are not registered return UNIMPLEMENTED, which the engine accepts. */
export function registerProvider(server: Server): void {
    server.addService(ResourceProviderService, {
        ...commonService("random", VERSION),
        cancel: unary(() => new Empty()),
        diffConfig: unary(() => new messages.DiffResponse()),
        configure: unary(configured),
        check: unary((request: messages.CheckRequest) => {
            const kind = kindOf(request.getUrn());
            const inputs = complete(kind, fromStruct(request.getNews()));
            const response = new messages.CheckResponse();
            response.setInputs(toStruct(inputs));
            const faults = containsUnknown(inputs) ? [] : (kind.faults?.(revealMap(inputs)) ?? []);
            for (const reason of faults) {
                const failure = new messages.CheckFailure();
                failure.setReason(reason);
                response.addFailures(failure);
            }
            return response;
        }),
        diff: unary((request: messages.DiffRequest) => {
            const news = fromStruct(request.getNews());
            const changed = changedInputs(fromStruct(request.getOlds()), kindOf(request.getUrn()), news);
            const { DiffChanges } = messages.DiffResponse;
            const response = new messages.DiffResponse();
            response.setChanges(changed.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
            response.setDiffsList(changed);
            response.setReplacesList(changed);
            return response;
        }),
        create: unary((request: messages.CreateRequest) => {
            const kind = kindOf(request.getUrn());
            const inputs = fromStruct(request.getProperties());
            const response = new messages.CreateResponse();
            if (request.getPreview()) {
                const unknown = Object.fromEntries(kind.outputs.map((name) => [name, new Unknown()]));
                response.setProperties(toStruct({ ...inputs, ...unknown }));
                return response;
            }
            const { id, outputs } = kind.create(revealMap(inputs));
            response.setId(id);
            response.setProperties(toStruct({ ...inputs, ...outputs }));
            return response;
        }),
        read: unary((request: messages.ReadRequest) => {
            const kind = kindOf(request.getUrn());
            const response = new messages.ReadResponse();
            if (Object.keys(fromStruct(request.getProperties())).length > 0) {
                response.setId(request.getId());
                response.setProperties(request.getProperties());
                response.setInputs(request.getInputs());
                return response;
            }
            const { id, outputs, inputs } = kind.import(request.getId());
            response.setId(id);
            response.setProperties(toStruct({ ...inputs, ...outputs }));
            response.setInputs(toStruct(inputs));
            return response;
        }),
        delete: unary(() => new Empty()),
    });
}
