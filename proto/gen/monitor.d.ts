import * as $protobuf from "protobufjs/minimal.js";


/** Namespace containerd. */
export namespace containerd {

    /** Namespace services. */
    namespace services {

        /** Namespace events. */
        namespace events {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of a PublishRequest.
                 * @deprecated Use containerd.services.events.v1.PublishRequest.$Properties instead.
                 */
                interface IPublishRequest extends containerd.services.events.v1.PublishRequest.$Properties {
                }

                /** Represents a PublishRequest. */
                class PublishRequest {

                    /**
                     * Constructs a new PublishRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.events.v1.PublishRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PublishRequest topic. */
                    topic: string;

                    /** PublishRequest event. */
                    event?: (google.protobuf.Any.$Properties|null);

                    /**
                     * Encodes the specified PublishRequest message. Does not implicitly {@link containerd.services.events.v1.PublishRequest.verify|verify} messages.
                     * @param message PublishRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.events.v1.PublishRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a PublishRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.events.v1.PublishRequest & containerd.services.events.v1.PublishRequest.$Shape} PublishRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.events.v1.PublishRequest & containerd.services.events.v1.PublishRequest.$Shape;
                }

                namespace PublishRequest {

                    /** Properties of a PublishRequest. */
                    interface $Properties {

                        /** PublishRequest topic */
                        topic?: (string|null);

                        /** PublishRequest event */
                        event?: (google.protobuf.Any.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PublishRequest. */
                    type $Shape = containerd.services.events.v1.PublishRequest.$Properties;
                }

                /**
                 * Properties of a ForwardRequest.
                 * @deprecated Use containerd.services.events.v1.ForwardRequest.$Properties instead.
                 */
                interface IForwardRequest extends containerd.services.events.v1.ForwardRequest.$Properties {
                }

                /** Represents a ForwardRequest. */
                class ForwardRequest {

                    /**
                     * Constructs a new ForwardRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.events.v1.ForwardRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ForwardRequest envelope. */
                    envelope?: (containerd.types.Envelope.$Properties|null);

                    /**
                     * Encodes the specified ForwardRequest message. Does not implicitly {@link containerd.services.events.v1.ForwardRequest.verify|verify} messages.
                     * @param message ForwardRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.events.v1.ForwardRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ForwardRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.events.v1.ForwardRequest & containerd.services.events.v1.ForwardRequest.$Shape} ForwardRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.events.v1.ForwardRequest & containerd.services.events.v1.ForwardRequest.$Shape;
                }

                namespace ForwardRequest {

                    /** Properties of a ForwardRequest. */
                    interface $Properties {

                        /** ForwardRequest envelope */
                        envelope?: (containerd.types.Envelope.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ForwardRequest. */
                    type $Shape = containerd.services.events.v1.ForwardRequest.$Properties;
                }

                /**
                 * Properties of a SubscribeRequest.
                 * @deprecated Use containerd.services.events.v1.SubscribeRequest.$Properties instead.
                 */
                interface ISubscribeRequest extends containerd.services.events.v1.SubscribeRequest.$Properties {
                }

                /** Represents a SubscribeRequest. */
                class SubscribeRequest {

                    /**
                     * Constructs a new SubscribeRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.events.v1.SubscribeRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SubscribeRequest filters. */
                    filters: string[];

                    /**
                     * Encodes the specified SubscribeRequest message. Does not implicitly {@link containerd.services.events.v1.SubscribeRequest.verify|verify} messages.
                     * @param message SubscribeRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.events.v1.SubscribeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SubscribeRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.events.v1.SubscribeRequest & containerd.services.events.v1.SubscribeRequest.$Shape} SubscribeRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.events.v1.SubscribeRequest & containerd.services.events.v1.SubscribeRequest.$Shape;
                }

                namespace SubscribeRequest {

                    /** Properties of a SubscribeRequest. */
                    interface $Properties {

                        /** SubscribeRequest filters */
                        filters?: (string[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SubscribeRequest. */
                    type $Shape = containerd.services.events.v1.SubscribeRequest.$Properties;
                }
            }
        }
    }

    /** Namespace types. */
    namespace types {

        /**
         * Properties of an Envelope.
         * @deprecated Use containerd.types.Envelope.$Properties instead.
         */
        interface IEnvelope extends containerd.types.Envelope.$Properties {
        }

        /** Represents an Envelope. */
        class Envelope {

            /**
             * Constructs a new Envelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.types.Envelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Envelope timestamp. */
            timestamp?: (google.protobuf.Timestamp.$Properties|null);

            /** Envelope namespace. */
            namespace: string;

            /** Envelope topic. */
            topic: string;

            /** Envelope event. */
            event?: (google.protobuf.Any.$Properties|null);

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link containerd.types.Envelope.verify|verify} messages.
             * @param message Envelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.types.Envelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.types.Envelope & containerd.types.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.types.Envelope & containerd.types.Envelope.$Shape;
        }

        namespace Envelope {

            /** Properties of an Envelope. */
            interface $Properties {

                /** Envelope timestamp */
                timestamp?: (google.protobuf.Timestamp.$Properties|null);

                /** Envelope namespace */
                namespace?: (string|null);

                /** Envelope topic */
                topic?: (string|null);

                /** Envelope event */
                event?: (google.protobuf.Any.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Envelope. */
            type $Shape = containerd.types.Envelope.$Properties;
        }
    }
}

/** Namespace google. */
export namespace google {

    /** Namespace protobuf. */
    namespace protobuf {

        /**
         * Properties of an Any.
         * @deprecated Use google.protobuf.Any.$Properties instead.
         */
        interface IAny extends google.protobuf.Any.$Properties {
        }

        /** Represents an Any. */
        class Any {

            /**
             * Constructs a new Any.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Any.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Any type_url. */
            type_url: string;

            /** Any value. */
            value: Uint8Array;

            /**
             * Encodes the specified Any message. Does not implicitly {@link google.protobuf.Any.verify|verify} messages.
             * @param message Any message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Any.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Any message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Any & google.protobuf.Any.$Shape} Any
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Any & google.protobuf.Any.$Shape;
        }

        namespace Any {

            /** Properties of an Any. */
            interface $Properties {

                /** Any type_url */
                type_url?: (string|null);

                /** Any value */
                value?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Any. */
            type $Shape = google.protobuf.Any.$Properties;
        }

        /**
         * Properties of a Timestamp.
         * @deprecated Use google.protobuf.Timestamp.$Properties instead.
         */
        interface ITimestamp extends google.protobuf.Timestamp.$Properties {
        }

        /** Represents a Timestamp. */
        class Timestamp {

            /**
             * Constructs a new Timestamp.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Timestamp.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Timestamp seconds. */
            seconds: number;

            /** Timestamp nanos. */
            nanos: number;

            /**
             * Encodes the specified Timestamp message. Does not implicitly {@link google.protobuf.Timestamp.verify|verify} messages.
             * @param message Timestamp message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Timestamp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Timestamp message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape} Timestamp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
        }

        namespace Timestamp {

            /** Properties of a Timestamp. */
            interface $Properties {

                /** Timestamp seconds */
                seconds?: (number|null);

                /** Timestamp nanos */
                nanos?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Timestamp. */
            type $Shape = google.protobuf.Timestamp.$Properties;
        }

        /**
         * Properties of an Empty.
         * @deprecated Use google.protobuf.Empty.$Properties instead.
         */
        interface IEmpty extends google.protobuf.Empty.$Properties {
        }

        /** Represents an Empty. */
        class Empty {

            /**
             * Constructs a new Empty.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Empty.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Empty message. Does not implicitly {@link google.protobuf.Empty.verify|verify} messages.
             * @param message Empty message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Empty.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Empty message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Empty & google.protobuf.Empty.$Shape} Empty
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Empty & google.protobuf.Empty.$Shape;
        }

        namespace Empty {

            /** Properties of an Empty. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Empty. */
            type $Shape = google.protobuf.Empty.$Properties;
        }
    }
}

/** Namespace wrun. */
export namespace wrun {

    /** Namespace events. */
    namespace events {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Module.
             * @deprecated Use wrun.events.v1.Module.$Properties instead.
             */
            interface IModule extends wrun.events.v1.Module.$Properties {
            }

            /** Represents a Module. */
            class Module {

                /**
                 * Constructs a new Module.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: wrun.events.v1.Module.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Module containerId. */
                containerId: string;

                /** Module path. */
                path: string;

                /** Module digest. */
                digest: string;

                /** Module size. */
                size: number;

                /** Module dialect. */
                dialect: string;

                /** Module compileNanos. */
                compileNanos: number;

                /** Module grant. */
                grant: string[];

                /** Module trapReason. */
                trapReason: string;

                /** Module trapStack. */
                trapStack: string[];

                /**
                 * Encodes the specified Module message. Does not implicitly {@link wrun.events.v1.Module.verify|verify} messages.
                 * @param message Module message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: wrun.events.v1.Module.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Module message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {wrun.events.v1.Module & wrun.events.v1.Module.$Shape} Module
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): wrun.events.v1.Module & wrun.events.v1.Module.$Shape;
            }

            namespace Module {

                /** Properties of a Module. */
                interface $Properties {

                    /** Module containerId */
                    containerId?: (string|null);

                    /** Module path */
                    path?: (string|null);

                    /** Module digest */
                    digest?: (string|null);

                    /** Module size */
                    size?: (number|null);

                    /** Module dialect */
                    dialect?: (string|null);

                    /** Module compileNanos */
                    compileNanos?: (number|null);

                    /** Module grant */
                    grant?: (string[]|null);

                    /** Module trapReason */
                    trapReason?: (string|null);

                    /** Module trapStack */
                    trapStack?: (string[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Module. */
                type $Shape = wrun.events.v1.Module.$Properties;
            }

            /**
             * Properties of an Exit.
             * @deprecated Use wrun.events.v1.Exit.$Properties instead.
             */
            interface IExit extends wrun.events.v1.Exit.$Properties {
            }

            /** Represents an Exit. */
            class Exit {

                /**
                 * Constructs a new Exit.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: wrun.events.v1.Exit.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Exit containerId. */
                containerId: string;

                /** Exit id. */
                id: string;

                /** Exit pid. */
                pid: number;

                /** Exit exitStatus. */
                exitStatus: number;

                /** Exit exitedAt. */
                exitedAt?: (google.protobuf.Timestamp.$Properties|null);

                /** Exit reason. */
                reason: string;

                /** Exit detail. */
                detail: string;

                /** Exit stack. */
                stack: string[];

                /**
                 * Encodes the specified Exit message. Does not implicitly {@link wrun.events.v1.Exit.verify|verify} messages.
                 * @param message Exit message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: wrun.events.v1.Exit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Exit message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {wrun.events.v1.Exit & wrun.events.v1.Exit.$Shape} Exit
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): wrun.events.v1.Exit & wrun.events.v1.Exit.$Shape;
            }

            namespace Exit {

                /** Properties of an Exit. */
                interface $Properties {

                    /** Exit containerId */
                    containerId?: (string|null);

                    /** Exit id */
                    id?: (string|null);

                    /** Exit pid */
                    pid?: (number|null);

                    /** Exit exitStatus */
                    exitStatus?: (number|null);

                    /** Exit exitedAt */
                    exitedAt?: (google.protobuf.Timestamp.$Properties|null);

                    /** Exit reason */
                    reason?: (string|null);

                    /** Exit detail */
                    detail?: (string|null);

                    /** Exit stack */
                    stack?: (string[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Exit. */
                type $Shape = wrun.events.v1.Exit.$Properties;
            }
        }
    }

    /** Namespace monitor. */
    namespace monitor {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a ListRequest.
             * @deprecated Use wrun.monitor.v1.ListRequest.$Properties instead.
             */
            interface IListRequest extends wrun.monitor.v1.ListRequest.$Properties {
            }

            /** Represents a ListRequest. */
            class ListRequest {

                /**
                 * Constructs a new ListRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: wrun.monitor.v1.ListRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Encodes the specified ListRequest message. Does not implicitly {@link wrun.monitor.v1.ListRequest.verify|verify} messages.
                 * @param message ListRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: wrun.monitor.v1.ListRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ListRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {wrun.monitor.v1.ListRequest & wrun.monitor.v1.ListRequest.$Shape} ListRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): wrun.monitor.v1.ListRequest & wrun.monitor.v1.ListRequest.$Shape;
            }

            namespace ListRequest {

                /** Properties of a ListRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ListRequest. */
                type $Shape = wrun.monitor.v1.ListRequest.$Properties;
            }

            /**
             * Properties of a ListResponse.
             * @deprecated Use wrun.monitor.v1.ListResponse.$Properties instead.
             */
            interface IListResponse extends wrun.monitor.v1.ListResponse.$Properties {
            }

            /** Represents a ListResponse. */
            class ListResponse {

                /**
                 * Constructs a new ListResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: wrun.monitor.v1.ListResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ListResponse containers. */
                containers: wrun.monitor.v1.Container.$Properties[];

                /**
                 * Encodes the specified ListResponse message. Does not implicitly {@link wrun.monitor.v1.ListResponse.verify|verify} messages.
                 * @param message ListResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: wrun.monitor.v1.ListResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ListResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {wrun.monitor.v1.ListResponse & wrun.monitor.v1.ListResponse.$Shape} ListResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): wrun.monitor.v1.ListResponse & wrun.monitor.v1.ListResponse.$Shape;
            }

            namespace ListResponse {

                /** Properties of a ListResponse. */
                interface $Properties {

                    /** ListResponse containers */
                    containers?: (wrun.monitor.v1.Container.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ListResponse. */
                type $Shape = wrun.monitor.v1.ListResponse.$Properties;
            }

            /**
             * Properties of a Container.
             * @deprecated Use wrun.monitor.v1.Container.$Properties instead.
             */
            interface IContainer extends wrun.monitor.v1.Container.$Properties {
            }

            /** Represents a Container. */
            class Container {

                /**
                 * Constructs a new Container.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: wrun.monitor.v1.Container.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Container id. */
                id: string;

                /** Container namespace. */
                namespace: string;

                /** Container name. */
                name: string;

                /** Container pod. */
                pod: string;

                /** Container status. */
                status: string;

                /** Container pid. */
                pid: number;

                /** Container wasm. */
                wasm: boolean;

                /** Container createdAt. */
                createdAt?: (google.protobuf.Timestamp.$Properties|null);

                /** Container startedAt. */
                startedAt?: (google.protobuf.Timestamp.$Properties|null);

                /** Container exitedAt. */
                exitedAt?: (google.protobuf.Timestamp.$Properties|null);

                /** Container exitStatus. */
                exitStatus: number;

                /** Container reason. */
                reason: string;

                /** Container detail. */
                detail: string;

                /** Container memory. */
                memory: number;

                /**
                 * Encodes the specified Container message. Does not implicitly {@link wrun.monitor.v1.Container.verify|verify} messages.
                 * @param message Container message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: wrun.monitor.v1.Container.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Container message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {wrun.monitor.v1.Container & wrun.monitor.v1.Container.$Shape} Container
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): wrun.monitor.v1.Container & wrun.monitor.v1.Container.$Shape;
            }

            namespace Container {

                /** Properties of a Container. */
                interface $Properties {

                    /** Container id */
                    id?: (string|null);

                    /** Container namespace */
                    namespace?: (string|null);

                    /** Container name */
                    name?: (string|null);

                    /** Container pod */
                    pod?: (string|null);

                    /** Container status */
                    status?: (string|null);

                    /** Container pid */
                    pid?: (number|null);

                    /** Container wasm */
                    wasm?: (boolean|null);

                    /** Container createdAt */
                    createdAt?: (google.protobuf.Timestamp.$Properties|null);

                    /** Container startedAt */
                    startedAt?: (google.protobuf.Timestamp.$Properties|null);

                    /** Container exitedAt */
                    exitedAt?: (google.protobuf.Timestamp.$Properties|null);

                    /** Container exitStatus */
                    exitStatus?: (number|null);

                    /** Container reason */
                    reason?: (string|null);

                    /** Container detail */
                    detail?: (string|null);

                    /** Container memory */
                    memory?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Container. */
                type $Shape = wrun.monitor.v1.Container.$Properties;
            }
        }
    }
}

/** Namespace grpc. */
export namespace grpc {

    /** Namespace health. */
    namespace health {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a HealthCheckRequest.
             * @deprecated Use grpc.health.v1.HealthCheckRequest.$Properties instead.
             */
            interface IHealthCheckRequest extends grpc.health.v1.HealthCheckRequest.$Properties {
            }

            /** Represents a HealthCheckRequest. */
            class HealthCheckRequest {

                /**
                 * Constructs a new HealthCheckRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.health.v1.HealthCheckRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** HealthCheckRequest service. */
                service: string;

                /**
                 * Encodes the specified HealthCheckRequest message. Does not implicitly {@link grpc.health.v1.HealthCheckRequest.verify|verify} messages.
                 * @param message HealthCheckRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.health.v1.HealthCheckRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HealthCheckRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.health.v1.HealthCheckRequest & grpc.health.v1.HealthCheckRequest.$Shape} HealthCheckRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.health.v1.HealthCheckRequest & grpc.health.v1.HealthCheckRequest.$Shape;
            }

            namespace HealthCheckRequest {

                /** Properties of a HealthCheckRequest. */
                interface $Properties {

                    /** HealthCheckRequest service */
                    service?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a HealthCheckRequest. */
                type $Shape = grpc.health.v1.HealthCheckRequest.$Properties;
            }

            /**
             * Properties of a HealthCheckResponse.
             * @deprecated Use grpc.health.v1.HealthCheckResponse.$Properties instead.
             */
            interface IHealthCheckResponse extends grpc.health.v1.HealthCheckResponse.$Properties {
            }

            /** Represents a HealthCheckResponse. */
            class HealthCheckResponse {

                /**
                 * Constructs a new HealthCheckResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.health.v1.HealthCheckResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** HealthCheckResponse status. */
                status: grpc.health.v1.HealthCheckResponse.ServingStatus;

                /**
                 * Encodes the specified HealthCheckResponse message. Does not implicitly {@link grpc.health.v1.HealthCheckResponse.verify|verify} messages.
                 * @param message HealthCheckResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.health.v1.HealthCheckResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HealthCheckResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.health.v1.HealthCheckResponse & grpc.health.v1.HealthCheckResponse.$Shape} HealthCheckResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.health.v1.HealthCheckResponse & grpc.health.v1.HealthCheckResponse.$Shape;
            }

            namespace HealthCheckResponse {

                /** Properties of a HealthCheckResponse. */
                interface $Properties {

                    /** HealthCheckResponse status */
                    status?: (grpc.health.v1.HealthCheckResponse.ServingStatus|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a HealthCheckResponse. */
                type $Shape = grpc.health.v1.HealthCheckResponse.$Properties;

                /** ServingStatus enum. */
                enum ServingStatus {

                    /** UNKNOWN value */
                    UNKNOWN = 0,

                    /** SERVING value */
                    SERVING = 1,

                    /** NOT_SERVING value */
                    NOT_SERVING = 2,

                    /** SERVICE_UNKNOWN value */
                    SERVICE_UNKNOWN = 3
                }
            }
        }
    }

    /** Namespace reflection. */
    namespace reflection {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a ServerReflectionRequest.
             * @deprecated Use grpc.reflection.v1.ServerReflectionRequest.$Properties instead.
             */
            interface IServerReflectionRequest extends grpc.reflection.v1.ServerReflectionRequest.$Properties {
            }

            /** Represents a ServerReflectionRequest. */
            class ServerReflectionRequest {

                /**
                 * Constructs a new ServerReflectionRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.ServerReflectionRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ServerReflectionRequest host. */
                host: string;

                /** ServerReflectionRequest fileByFilename. */
                fileByFilename?: (string|null);

                /** ServerReflectionRequest fileContainingSymbol. */
                fileContainingSymbol?: (string|null);

                /** ServerReflectionRequest fileContainingExtension. */
                fileContainingExtension?: (grpc.reflection.v1.ExtensionRequest.$Properties|null);

                /** ServerReflectionRequest allExtensionNumbersOfType. */
                allExtensionNumbersOfType?: (string|null);

                /** ServerReflectionRequest listServices. */
                listServices?: (string|null);

                /** ServerReflectionRequest messageRequest. */
                messageRequest?: ("fileByFilename"|"fileContainingSymbol"|"fileContainingExtension"|"allExtensionNumbersOfType"|"listServices");

                /**
                 * Encodes the specified ServerReflectionRequest message. Does not implicitly {@link grpc.reflection.v1.ServerReflectionRequest.verify|verify} messages.
                 * @param message ServerReflectionRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.ServerReflectionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ServerReflectionRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.ServerReflectionRequest & grpc.reflection.v1.ServerReflectionRequest.$Shape} ServerReflectionRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.ServerReflectionRequest & grpc.reflection.v1.ServerReflectionRequest.$Shape;
            }

            namespace ServerReflectionRequest {

                /** Properties of a ServerReflectionRequest. */
                interface $Properties {

                    /** ServerReflectionRequest host */
                    host?: (string|null);

                    /** ServerReflectionRequest fileByFilename */
                    fileByFilename?: (string|null);

                    /** ServerReflectionRequest fileContainingSymbol */
                    fileContainingSymbol?: (string|null);

                    /** ServerReflectionRequest fileContainingExtension */
                    fileContainingExtension?: (grpc.reflection.v1.ExtensionRequest.$Properties|null);

                    /** ServerReflectionRequest allExtensionNumbersOfType */
                    allExtensionNumbersOfType?: (string|null);

                    /** ServerReflectionRequest listServices */
                    listServices?: (string|null);

                    /** ServerReflectionRequest messageRequest */
                    messageRequest?: ("fileByFilename"|"fileContainingSymbol"|"fileContainingExtension"|"allExtensionNumbersOfType"|"listServices");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a ServerReflectionRequest. */
                type $Shape = {
                  host?: string|null;
                  fileByFilename?: string|null;
                  fileContainingSymbol?: string|null;
                  fileContainingExtension?: grpc.reflection.v1.ExtensionRequest.$Shape|null;
                  allExtensionNumbersOfType?: string|null;
                  listServices?: string|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ messageRequest?: undefined; fileByFilename?: null; fileContainingSymbol?: null; fileContainingExtension?: null; allExtensionNumbersOfType?: null; listServices?: null }|{ messageRequest?: "fileByFilename"; fileByFilename: string; fileContainingSymbol?: null; fileContainingExtension?: null; allExtensionNumbersOfType?: null; listServices?: null }|{ messageRequest?: "fileContainingSymbol"; fileByFilename?: null; fileContainingSymbol: string; fileContainingExtension?: null; allExtensionNumbersOfType?: null; listServices?: null }|{ messageRequest?: "fileContainingExtension"; fileByFilename?: null; fileContainingSymbol?: null; fileContainingExtension: grpc.reflection.v1.ExtensionRequest.$Shape; allExtensionNumbersOfType?: null; listServices?: null }|{ messageRequest?: "allExtensionNumbersOfType"; fileByFilename?: null; fileContainingSymbol?: null; fileContainingExtension?: null; allExtensionNumbersOfType: string; listServices?: null }|{ messageRequest?: "listServices"; fileByFilename?: null; fileContainingSymbol?: null; fileContainingExtension?: null; allExtensionNumbersOfType?: null; listServices: string })
                );
            }

            /**
             * Properties of an ExtensionRequest.
             * @deprecated Use grpc.reflection.v1.ExtensionRequest.$Properties instead.
             */
            interface IExtensionRequest extends grpc.reflection.v1.ExtensionRequest.$Properties {
            }

            /** Represents an ExtensionRequest. */
            class ExtensionRequest {

                /**
                 * Constructs a new ExtensionRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.ExtensionRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ExtensionRequest containingType. */
                containingType: string;

                /** ExtensionRequest extensionNumber. */
                extensionNumber: number;

                /**
                 * Encodes the specified ExtensionRequest message. Does not implicitly {@link grpc.reflection.v1.ExtensionRequest.verify|verify} messages.
                 * @param message ExtensionRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.ExtensionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an ExtensionRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.ExtensionRequest & grpc.reflection.v1.ExtensionRequest.$Shape} ExtensionRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.ExtensionRequest & grpc.reflection.v1.ExtensionRequest.$Shape;
            }

            namespace ExtensionRequest {

                /** Properties of an ExtensionRequest. */
                interface $Properties {

                    /** ExtensionRequest containingType */
                    containingType?: (string|null);

                    /** ExtensionRequest extensionNumber */
                    extensionNumber?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an ExtensionRequest. */
                type $Shape = grpc.reflection.v1.ExtensionRequest.$Properties;
            }

            /**
             * Properties of a ServerReflectionResponse.
             * @deprecated Use grpc.reflection.v1.ServerReflectionResponse.$Properties instead.
             */
            interface IServerReflectionResponse extends grpc.reflection.v1.ServerReflectionResponse.$Properties {
            }

            /** Represents a ServerReflectionResponse. */
            class ServerReflectionResponse {

                /**
                 * Constructs a new ServerReflectionResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.ServerReflectionResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ServerReflectionResponse validHost. */
                validHost: string;

                /** ServerReflectionResponse originalRequest. */
                originalRequest?: (grpc.reflection.v1.ServerReflectionRequest.$Properties|null);

                /** ServerReflectionResponse fileDescriptorResponse. */
                fileDescriptorResponse?: (grpc.reflection.v1.FileDescriptorResponse.$Properties|null);

                /** ServerReflectionResponse allExtensionNumbersResponse. */
                allExtensionNumbersResponse?: (grpc.reflection.v1.ExtensionNumberResponse.$Properties|null);

                /** ServerReflectionResponse listServicesResponse. */
                listServicesResponse?: (grpc.reflection.v1.ListServiceResponse.$Properties|null);

                /** ServerReflectionResponse errorResponse. */
                errorResponse?: (grpc.reflection.v1.ErrorResponse.$Properties|null);

                /** ServerReflectionResponse messageResponse. */
                messageResponse?: ("fileDescriptorResponse"|"allExtensionNumbersResponse"|"listServicesResponse"|"errorResponse");

                /**
                 * Encodes the specified ServerReflectionResponse message. Does not implicitly {@link grpc.reflection.v1.ServerReflectionResponse.verify|verify} messages.
                 * @param message ServerReflectionResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.ServerReflectionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ServerReflectionResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.ServerReflectionResponse & grpc.reflection.v1.ServerReflectionResponse.$Shape} ServerReflectionResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.ServerReflectionResponse & grpc.reflection.v1.ServerReflectionResponse.$Shape;
            }

            namespace ServerReflectionResponse {

                /** Properties of a ServerReflectionResponse. */
                interface $Properties {

                    /** ServerReflectionResponse validHost */
                    validHost?: (string|null);

                    /** ServerReflectionResponse originalRequest */
                    originalRequest?: (grpc.reflection.v1.ServerReflectionRequest.$Properties|null);

                    /** ServerReflectionResponse fileDescriptorResponse */
                    fileDescriptorResponse?: (grpc.reflection.v1.FileDescriptorResponse.$Properties|null);

                    /** ServerReflectionResponse allExtensionNumbersResponse */
                    allExtensionNumbersResponse?: (grpc.reflection.v1.ExtensionNumberResponse.$Properties|null);

                    /** ServerReflectionResponse listServicesResponse */
                    listServicesResponse?: (grpc.reflection.v1.ListServiceResponse.$Properties|null);

                    /** ServerReflectionResponse errorResponse */
                    errorResponse?: (grpc.reflection.v1.ErrorResponse.$Properties|null);

                    /** ServerReflectionResponse messageResponse */
                    messageResponse?: ("fileDescriptorResponse"|"allExtensionNumbersResponse"|"listServicesResponse"|"errorResponse");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a ServerReflectionResponse. */
                type $Shape = {
                  validHost?: string|null;
                  originalRequest?: grpc.reflection.v1.ServerReflectionRequest.$Shape|null;
                  fileDescriptorResponse?: grpc.reflection.v1.FileDescriptorResponse.$Shape|null;
                  allExtensionNumbersResponse?: grpc.reflection.v1.ExtensionNumberResponse.$Shape|null;
                  listServicesResponse?: grpc.reflection.v1.ListServiceResponse.$Shape|null;
                  errorResponse?: grpc.reflection.v1.ErrorResponse.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ messageResponse?: undefined; fileDescriptorResponse?: null; allExtensionNumbersResponse?: null; listServicesResponse?: null; errorResponse?: null }|{ messageResponse?: "fileDescriptorResponse"; fileDescriptorResponse: grpc.reflection.v1.FileDescriptorResponse.$Shape; allExtensionNumbersResponse?: null; listServicesResponse?: null; errorResponse?: null }|{ messageResponse?: "allExtensionNumbersResponse"; fileDescriptorResponse?: null; allExtensionNumbersResponse: grpc.reflection.v1.ExtensionNumberResponse.$Shape; listServicesResponse?: null; errorResponse?: null }|{ messageResponse?: "listServicesResponse"; fileDescriptorResponse?: null; allExtensionNumbersResponse?: null; listServicesResponse: grpc.reflection.v1.ListServiceResponse.$Shape; errorResponse?: null }|{ messageResponse?: "errorResponse"; fileDescriptorResponse?: null; allExtensionNumbersResponse?: null; listServicesResponse?: null; errorResponse: grpc.reflection.v1.ErrorResponse.$Shape })
                );
            }

            /**
             * Properties of a FileDescriptorResponse.
             * @deprecated Use grpc.reflection.v1.FileDescriptorResponse.$Properties instead.
             */
            interface IFileDescriptorResponse extends grpc.reflection.v1.FileDescriptorResponse.$Properties {
            }

            /** Represents a FileDescriptorResponse. */
            class FileDescriptorResponse {

                /**
                 * Constructs a new FileDescriptorResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.FileDescriptorResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** FileDescriptorResponse fileDescriptorProto. */
                fileDescriptorProto: Uint8Array[];

                /**
                 * Encodes the specified FileDescriptorResponse message. Does not implicitly {@link grpc.reflection.v1.FileDescriptorResponse.verify|verify} messages.
                 * @param message FileDescriptorResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.FileDescriptorResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a FileDescriptorResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.FileDescriptorResponse & grpc.reflection.v1.FileDescriptorResponse.$Shape} FileDescriptorResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.FileDescriptorResponse & grpc.reflection.v1.FileDescriptorResponse.$Shape;
            }

            namespace FileDescriptorResponse {

                /** Properties of a FileDescriptorResponse. */
                interface $Properties {

                    /** FileDescriptorResponse fileDescriptorProto */
                    fileDescriptorProto?: (Uint8Array[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a FileDescriptorResponse. */
                type $Shape = grpc.reflection.v1.FileDescriptorResponse.$Properties;
            }

            /**
             * Properties of an ExtensionNumberResponse.
             * @deprecated Use grpc.reflection.v1.ExtensionNumberResponse.$Properties instead.
             */
            interface IExtensionNumberResponse extends grpc.reflection.v1.ExtensionNumberResponse.$Properties {
            }

            /** Represents an ExtensionNumberResponse. */
            class ExtensionNumberResponse {

                /**
                 * Constructs a new ExtensionNumberResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.ExtensionNumberResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ExtensionNumberResponse baseTypeName. */
                baseTypeName: string;

                /** ExtensionNumberResponse extensionNumber. */
                extensionNumber: number[];

                /**
                 * Encodes the specified ExtensionNumberResponse message. Does not implicitly {@link grpc.reflection.v1.ExtensionNumberResponse.verify|verify} messages.
                 * @param message ExtensionNumberResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.ExtensionNumberResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an ExtensionNumberResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.ExtensionNumberResponse & grpc.reflection.v1.ExtensionNumberResponse.$Shape} ExtensionNumberResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.ExtensionNumberResponse & grpc.reflection.v1.ExtensionNumberResponse.$Shape;
            }

            namespace ExtensionNumberResponse {

                /** Properties of an ExtensionNumberResponse. */
                interface $Properties {

                    /** ExtensionNumberResponse baseTypeName */
                    baseTypeName?: (string|null);

                    /** ExtensionNumberResponse extensionNumber */
                    extensionNumber?: (number[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an ExtensionNumberResponse. */
                type $Shape = grpc.reflection.v1.ExtensionNumberResponse.$Properties;
            }

            /**
             * Properties of a ListServiceResponse.
             * @deprecated Use grpc.reflection.v1.ListServiceResponse.$Properties instead.
             */
            interface IListServiceResponse extends grpc.reflection.v1.ListServiceResponse.$Properties {
            }

            /** Represents a ListServiceResponse. */
            class ListServiceResponse {

                /**
                 * Constructs a new ListServiceResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.ListServiceResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ListServiceResponse service. */
                service: grpc.reflection.v1.ServiceResponse.$Properties[];

                /**
                 * Encodes the specified ListServiceResponse message. Does not implicitly {@link grpc.reflection.v1.ListServiceResponse.verify|verify} messages.
                 * @param message ListServiceResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.ListServiceResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ListServiceResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.ListServiceResponse & grpc.reflection.v1.ListServiceResponse.$Shape} ListServiceResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.ListServiceResponse & grpc.reflection.v1.ListServiceResponse.$Shape;
            }

            namespace ListServiceResponse {

                /** Properties of a ListServiceResponse. */
                interface $Properties {

                    /** ListServiceResponse service */
                    service?: (grpc.reflection.v1.ServiceResponse.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ListServiceResponse. */
                type $Shape = grpc.reflection.v1.ListServiceResponse.$Properties;
            }

            /**
             * Properties of a ServiceResponse.
             * @deprecated Use grpc.reflection.v1.ServiceResponse.$Properties instead.
             */
            interface IServiceResponse extends grpc.reflection.v1.ServiceResponse.$Properties {
            }

            /** Represents a ServiceResponse. */
            class ServiceResponse {

                /**
                 * Constructs a new ServiceResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.ServiceResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ServiceResponse name. */
                name: string;

                /**
                 * Encodes the specified ServiceResponse message. Does not implicitly {@link grpc.reflection.v1.ServiceResponse.verify|verify} messages.
                 * @param message ServiceResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.ServiceResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ServiceResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.ServiceResponse & grpc.reflection.v1.ServiceResponse.$Shape} ServiceResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.ServiceResponse & grpc.reflection.v1.ServiceResponse.$Shape;
            }

            namespace ServiceResponse {

                /** Properties of a ServiceResponse. */
                interface $Properties {

                    /** ServiceResponse name */
                    name?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ServiceResponse. */
                type $Shape = grpc.reflection.v1.ServiceResponse.$Properties;
            }

            /**
             * Properties of an ErrorResponse.
             * @deprecated Use grpc.reflection.v1.ErrorResponse.$Properties instead.
             */
            interface IErrorResponse extends grpc.reflection.v1.ErrorResponse.$Properties {
            }

            /** Represents an ErrorResponse. */
            class ErrorResponse {

                /**
                 * Constructs a new ErrorResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.reflection.v1.ErrorResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ErrorResponse errorCode. */
                errorCode: number;

                /** ErrorResponse errorMessage. */
                errorMessage: string;

                /**
                 * Encodes the specified ErrorResponse message. Does not implicitly {@link grpc.reflection.v1.ErrorResponse.verify|verify} messages.
                 * @param message ErrorResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.reflection.v1.ErrorResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an ErrorResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.reflection.v1.ErrorResponse & grpc.reflection.v1.ErrorResponse.$Shape} ErrorResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.reflection.v1.ErrorResponse & grpc.reflection.v1.ErrorResponse.$Shape;
            }

            namespace ErrorResponse {

                /** Properties of an ErrorResponse. */
                interface $Properties {

                    /** ErrorResponse errorCode */
                    errorCode?: (number|null);

                    /** ErrorResponse errorMessage */
                    errorMessage?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an ErrorResponse. */
                type $Shape = grpc.reflection.v1.ErrorResponse.$Properties;
            }
        }
    }
}
