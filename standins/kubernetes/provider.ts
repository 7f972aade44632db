import type { Server } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Log } from "../protocol/engine";
import { parseUrn } from "../protocol/urn";
import { commonService, configured } from "../protocol/provider";
import { unary } from "../protocol/server";
import { fromStruct, toStruct } from "../protocol/values";
import type { FieldChange } from "./diff";
import { handlerOf } from "./handlers";
import { OFFICIAL_HINT, VERSION } from "./official";
import { diffProviderConfig } from "./providerConfig";
import type { ApiTarget } from "./target";
import { openSession } from "./session";
import type { ClusterSession } from "./session";
import { readSettings } from "./settings";

/** Kind of a change in the protocol. */
function changeKind({ kind, replace }: FieldChange): messages.PropertyDiff.Kind {
    const { Kind } = messages.PropertyDiff;
    switch (kind) {
        case "add":
            return replace ? Kind.ADD_REPLACE : Kind.ADD;
        case "delete":
            return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
        case "update":
            return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
    }
}

/** Diff response of the protocol. */
function diffResponse(changes: ReadonlyMap<string, FieldChange>, deleteBeforeReplace: boolean): messages.DiffResponse {
    const response = new messages.DiffResponse();
    const { DiffChanges } = messages.DiffResponse;
    response.setChanges(changes.size > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
    response.setReplacesList([...changes].filter(([, change]) => change.replace).map(([path]) => path));
    response.setDeletebeforereplace(deleteBeforeReplace);
    response.setHasdetaileddiff(true);
    for (const [path, change] of changes) {
        const detail = new messages.PropertyDiff();
        detail.setKind(changeKind(change));
        detail.setInputdiff(change.kind === "delete");
        response.getDetaileddiffMap().set(path, detail);
    }
    return response;
}

/** Registers the provider's service. Methods that are not registered return UNIMPLEMENTED, which the engine accepts. */
export function registerProvider(server: Server, log: Log): void {
    const cancelled = new AbortController();
    let session: ClusterSession | undefined;
    const target = (request: { getUrn(): string }, preview = false, timeoutSeconds = 0): ApiTarget => {
        if (session === undefined) {
            throw new Error("the Kubernetes provider was not configured");
        }
        return { session, urn: request.getUrn(), type: parseUrn(request.getUrn()).type, preview, timeoutSeconds };
    };

    server.addService(ResourceProviderService, {
        ...commonService("kubernetes", VERSION),
        cancel: unary(() => {
            cancelled.abort();
            return new Empty();
        }),
        diffConfig: unary((request: messages.DiffRequest) =>
            diffProviderConfig(fromStruct(request.getOlds()), fromStruct(request.getNews())),
        ),
        configure: unary(async (request: messages.ConfigureRequest) => {
            session = await openSession(
                readSettings(new Map(request.getVariablesMap().entries())),
                log,
                cancelled.signal,
            );
            if (session.unreachable !== "") {
                log.warn(`configured Kubernetes cluster is unreachable: ${session.unreachable}`);
            }
            return configured();
        }),
        check: unary(async (request: messages.CheckRequest) => {
            const to = target(request);
            const checked = await (await handlerOf(to.type)).check(fromStruct(request.getNews()), to);
            const response = new messages.CheckResponse();
            response.setInputs(toStruct(checked));
            return response;
        }),
        diff: unary(async (request: messages.DiffRequest) => {
            const to = target(request);
            const olds = fromStruct(request.getOlds());
            const handler = await handlerOf(to.type);
            const diff = await handler.diff(olds, fromStruct(request.getNews()), request.getIgnorechangesList(), to);
            return diffResponse(diff.changes, diff.deleteBeforeReplace);
        }),
        create: unary(async (request: messages.CreateRequest) => {
            const to = target(request, request.getPreview(), request.getTimeout());
            const { id, state } = await (await handlerOf(to.type)).create(fromStruct(request.getProperties()), to);
            const response = new messages.CreateResponse();
            response.setId(id);
            response.setProperties(toStruct(state));
            return response;
        }),
        read: unary(async (request: messages.ReadRequest) => {
            const to = target(request);
            const response = new messages.ReadResponse();
            const olds = fromStruct(request.getProperties());
            const inputs = fromStruct(request.getInputs());
            if (to.session.client === undefined && to.session.settings.deleteUnreachable) {
                return response;
            }
            const result = await (await handlerOf(to.type)).read(request.getId(), olds, inputs, to);
            if (result !== undefined) {
                response.setId(result.id);
                response.setProperties(toStruct(result.state));
                response.setInputs(toStruct(result.inputs));
            }
            return response;
        }),
        update: unary(async (request: messages.UpdateRequest) => {
            const to = target(request, request.getPreview(), request.getTimeout());
            const news = fromStruct(request.getNews());
            const olds = fromStruct(request.getOlds());
            const handler = await handlerOf(to.type);
            const state = await handler.update(olds, news, request.getIgnorechangesList(), to);
            const response = new messages.UpdateResponse();
            response.setProperties(toStruct(state));
            return response;
        }),
        delete: unary(async (request: messages.DeleteRequest) => {
            const to = target(request, false, request.getTimeout());
            if (to.session.client === undefined && to.session.settings.deleteUnreachable) {
                return new Empty();
            }
            await (await handlerOf(to.type)).delete(request.getId(), fromStruct(request.getProperties()), to);
            return new Empty();
        }),
        construct: unary((request: messages.ConstructRequest): messages.ConstructResponse => {
            throw new Error(`${request.getType()} is not served by the stand-in plugin: ${OFFICIAL_HINT}`);
        }),
        invoke: unary((request: messages.InvokeRequest): messages.InvokeResponse => {
            throw new Error(`${request.getTok()} is not served by the stand-in plugin: ${OFFICIAL_HINT}`);
        }),
    });
}
