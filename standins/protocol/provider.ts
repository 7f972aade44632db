import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
    CheckResponse,
    ConfigureResponse,
    GetSchemaResponse,
    type CheckRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { unary } from "./server";

/** Methods that are the same in every resource plugin: plugin information, and acceptance of any configuration. */
export function commonService(name: string, version: string) {
    return {
        getPluginInfo: unary(() => {
            const info = new PluginInfo();
            info.setVersion(version);
            return info;
        }),
        attach: unary(() => new Empty()),
        getSchema: unary(() => {
            const response = new GetSchemaResponse();
            response.setSchema(JSON.stringify({ name, version }));
            return response;
        }),
        checkConfig: unary((request: CheckRequest) => {
            const response = new CheckResponse();
            response.setInputs(request.getNews());
            return response;
        }),
    };
}

/** Response to a configuration: secrets and previews are supported. */
export function configured(): ConfigureResponse {
    const response = new ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
}
