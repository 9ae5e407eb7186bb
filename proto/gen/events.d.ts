import * as $protobuf from "protobufjs/minimal.js";


/** Namespace containerd. */
export namespace containerd {

    /** Namespace events. */
    namespace events {

        /**
         * Properties of a TaskCreate.
         * @deprecated Use containerd.events.TaskCreate.$Properties instead.
         */
        interface ITaskCreate extends containerd.events.TaskCreate.$Properties {
        }

        /** Represents a TaskCreate. */
        class TaskCreate {

            /**
             * Constructs a new TaskCreate.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskCreate.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskCreate containerId. */
            containerId: string;

            /** TaskCreate bundle. */
            bundle: string;

            /** TaskCreate rootfs. */
            rootfs: containerd.types.Mount.$Properties[];

            /** TaskCreate io. */
            io?: (containerd.events.TaskIO.$Properties|null);

            /** TaskCreate checkpoint. */
            checkpoint: string;

            /** TaskCreate pid. */
            pid: number;

            /**
             * Encodes the specified TaskCreate message. Does not implicitly {@link containerd.events.TaskCreate.verify|verify} messages.
             * @param message TaskCreate message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskCreate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskCreate message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskCreate & containerd.events.TaskCreate.$Shape} TaskCreate
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskCreate & containerd.events.TaskCreate.$Shape;
        }

        namespace TaskCreate {

            /** Properties of a TaskCreate. */
            interface $Properties {

                /** TaskCreate containerId */
                containerId?: (string|null);

                /** TaskCreate bundle */
                bundle?: (string|null);

                /** TaskCreate rootfs */
                rootfs?: (containerd.types.Mount.$Properties[]|null);

                /** TaskCreate io */
                io?: (containerd.events.TaskIO.$Properties|null);

                /** TaskCreate checkpoint */
                checkpoint?: (string|null);

                /** TaskCreate pid */
                pid?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskCreate. */
            type $Shape = containerd.events.TaskCreate.$Properties;
        }

        /**
         * Properties of a TaskIO.
         * @deprecated Use containerd.events.TaskIO.$Properties instead.
         */
        interface ITaskIO extends containerd.events.TaskIO.$Properties {
        }

        /** Represents a TaskIO. */
        class TaskIO {

            /**
             * Constructs a new TaskIO.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskIO.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskIO stdin. */
            stdin: string;

            /** TaskIO stdout. */
            stdout: string;

            /** TaskIO stderr. */
            stderr: string;

            /** TaskIO terminal. */
            terminal: boolean;

            /**
             * Encodes the specified TaskIO message. Does not implicitly {@link containerd.events.TaskIO.verify|verify} messages.
             * @param message TaskIO message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskIO.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskIO message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskIO & containerd.events.TaskIO.$Shape} TaskIO
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskIO & containerd.events.TaskIO.$Shape;
        }

        namespace TaskIO {

            /** Properties of a TaskIO. */
            interface $Properties {

                /** TaskIO stdin */
                stdin?: (string|null);

                /** TaskIO stdout */
                stdout?: (string|null);

                /** TaskIO stderr */
                stderr?: (string|null);

                /** TaskIO terminal */
                terminal?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskIO. */
            type $Shape = containerd.events.TaskIO.$Properties;
        }

        /**
         * Properties of a TaskStart.
         * @deprecated Use containerd.events.TaskStart.$Properties instead.
         */
        interface ITaskStart extends containerd.events.TaskStart.$Properties {
        }

        /** Represents a TaskStart. */
        class TaskStart {

            /**
             * Constructs a new TaskStart.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskStart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskStart containerId. */
            containerId: string;

            /** TaskStart pid. */
            pid: number;

            /**
             * Encodes the specified TaskStart message. Does not implicitly {@link containerd.events.TaskStart.verify|verify} messages.
             * @param message TaskStart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskStart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskStart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskStart & containerd.events.TaskStart.$Shape} TaskStart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskStart & containerd.events.TaskStart.$Shape;
        }

        namespace TaskStart {

            /** Properties of a TaskStart. */
            interface $Properties {

                /** TaskStart containerId */
                containerId?: (string|null);

                /** TaskStart pid */
                pid?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskStart. */
            type $Shape = containerd.events.TaskStart.$Properties;
        }

        /**
         * Properties of a TaskExit.
         * @deprecated Use containerd.events.TaskExit.$Properties instead.
         */
        interface ITaskExit extends containerd.events.TaskExit.$Properties {
        }

        /** Represents a TaskExit. */
        class TaskExit {

            /**
             * Constructs a new TaskExit.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskExit.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskExit containerId. */
            containerId: string;

            /** TaskExit id. */
            id: string;

            /** TaskExit pid. */
            pid: number;

            /** TaskExit exitStatus. */
            exitStatus: number;

            /** TaskExit exitedAt. */
            exitedAt?: (google.protobuf.Timestamp.$Properties|null);

            /**
             * Encodes the specified TaskExit message. Does not implicitly {@link containerd.events.TaskExit.verify|verify} messages.
             * @param message TaskExit message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskExit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskExit message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskExit & containerd.events.TaskExit.$Shape} TaskExit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskExit & containerd.events.TaskExit.$Shape;
        }

        namespace TaskExit {

            /** Properties of a TaskExit. */
            interface $Properties {

                /** TaskExit containerId */
                containerId?: (string|null);

                /** TaskExit id */
                id?: (string|null);

                /** TaskExit pid */
                pid?: (number|null);

                /** TaskExit exitStatus */
                exitStatus?: (number|null);

                /** TaskExit exitedAt */
                exitedAt?: (google.protobuf.Timestamp.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskExit. */
            type $Shape = containerd.events.TaskExit.$Properties;
        }

        /**
         * Properties of a TaskDelete.
         * @deprecated Use containerd.events.TaskDelete.$Properties instead.
         */
        interface ITaskDelete extends containerd.events.TaskDelete.$Properties {
        }

        /** Represents a TaskDelete. */
        class TaskDelete {

            /**
             * Constructs a new TaskDelete.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskDelete.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskDelete containerId. */
            containerId: string;

            /** TaskDelete pid. */
            pid: number;

            /** TaskDelete exitStatus. */
            exitStatus: number;

            /** TaskDelete exitedAt. */
            exitedAt?: (google.protobuf.Timestamp.$Properties|null);

            /** TaskDelete id. */
            id: string;

            /**
             * Encodes the specified TaskDelete message. Does not implicitly {@link containerd.events.TaskDelete.verify|verify} messages.
             * @param message TaskDelete message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskDelete.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskDelete message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskDelete & containerd.events.TaskDelete.$Shape} TaskDelete
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskDelete & containerd.events.TaskDelete.$Shape;
        }

        namespace TaskDelete {

            /** Properties of a TaskDelete. */
            interface $Properties {

                /** TaskDelete containerId */
                containerId?: (string|null);

                /** TaskDelete pid */
                pid?: (number|null);

                /** TaskDelete exitStatus */
                exitStatus?: (number|null);

                /** TaskDelete exitedAt */
                exitedAt?: (google.protobuf.Timestamp.$Properties|null);

                /** TaskDelete id */
                id?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskDelete. */
            type $Shape = containerd.events.TaskDelete.$Properties;
        }

        /**
         * Properties of a TaskOOM.
         * @deprecated Use containerd.events.TaskOOM.$Properties instead.
         */
        interface ITaskOOM extends containerd.events.TaskOOM.$Properties {
        }

        /** Represents a TaskOOM. */
        class TaskOOM {

            /**
             * Constructs a new TaskOOM.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskOOM.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskOOM containerId. */
            containerId: string;

            /**
             * Encodes the specified TaskOOM message. Does not implicitly {@link containerd.events.TaskOOM.verify|verify} messages.
             * @param message TaskOOM message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskOOM.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskOOM message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskOOM & containerd.events.TaskOOM.$Shape} TaskOOM
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskOOM & containerd.events.TaskOOM.$Shape;
        }

        namespace TaskOOM {

            /** Properties of a TaskOOM. */
            interface $Properties {

                /** TaskOOM containerId */
                containerId?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskOOM. */
            type $Shape = containerd.events.TaskOOM.$Properties;
        }

        /**
         * Properties of a TaskExecAdded.
         * @deprecated Use containerd.events.TaskExecAdded.$Properties instead.
         */
        interface ITaskExecAdded extends containerd.events.TaskExecAdded.$Properties {
        }

        /** Represents a TaskExecAdded. */
        class TaskExecAdded {

            /**
             * Constructs a new TaskExecAdded.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskExecAdded.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskExecAdded containerId. */
            containerId: string;

            /** TaskExecAdded execId. */
            execId: string;

            /**
             * Encodes the specified TaskExecAdded message. Does not implicitly {@link containerd.events.TaskExecAdded.verify|verify} messages.
             * @param message TaskExecAdded message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskExecAdded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskExecAdded message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskExecAdded & containerd.events.TaskExecAdded.$Shape} TaskExecAdded
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskExecAdded & containerd.events.TaskExecAdded.$Shape;
        }

        namespace TaskExecAdded {

            /** Properties of a TaskExecAdded. */
            interface $Properties {

                /** TaskExecAdded containerId */
                containerId?: (string|null);

                /** TaskExecAdded execId */
                execId?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskExecAdded. */
            type $Shape = containerd.events.TaskExecAdded.$Properties;
        }

        /**
         * Properties of a TaskExecStarted.
         * @deprecated Use containerd.events.TaskExecStarted.$Properties instead.
         */
        interface ITaskExecStarted extends containerd.events.TaskExecStarted.$Properties {
        }

        /** Represents a TaskExecStarted. */
        class TaskExecStarted {

            /**
             * Constructs a new TaskExecStarted.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskExecStarted.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskExecStarted containerId. */
            containerId: string;

            /** TaskExecStarted execId. */
            execId: string;

            /** TaskExecStarted pid. */
            pid: number;

            /**
             * Encodes the specified TaskExecStarted message. Does not implicitly {@link containerd.events.TaskExecStarted.verify|verify} messages.
             * @param message TaskExecStarted message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskExecStarted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskExecStarted message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskExecStarted & containerd.events.TaskExecStarted.$Shape} TaskExecStarted
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskExecStarted & containerd.events.TaskExecStarted.$Shape;
        }

        namespace TaskExecStarted {

            /** Properties of a TaskExecStarted. */
            interface $Properties {

                /** TaskExecStarted containerId */
                containerId?: (string|null);

                /** TaskExecStarted execId */
                execId?: (string|null);

                /** TaskExecStarted pid */
                pid?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskExecStarted. */
            type $Shape = containerd.events.TaskExecStarted.$Properties;
        }

        /**
         * Properties of a TaskPaused.
         * @deprecated Use containerd.events.TaskPaused.$Properties instead.
         */
        interface ITaskPaused extends containerd.events.TaskPaused.$Properties {
        }

        /** Represents a TaskPaused. */
        class TaskPaused {

            /**
             * Constructs a new TaskPaused.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskPaused.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskPaused containerId. */
            containerId: string;

            /**
             * Encodes the specified TaskPaused message. Does not implicitly {@link containerd.events.TaskPaused.verify|verify} messages.
             * @param message TaskPaused message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskPaused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskPaused message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskPaused & containerd.events.TaskPaused.$Shape} TaskPaused
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskPaused & containerd.events.TaskPaused.$Shape;
        }

        namespace TaskPaused {

            /** Properties of a TaskPaused. */
            interface $Properties {

                /** TaskPaused containerId */
                containerId?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskPaused. */
            type $Shape = containerd.events.TaskPaused.$Properties;
        }

        /**
         * Properties of a TaskResumed.
         * @deprecated Use containerd.events.TaskResumed.$Properties instead.
         */
        interface ITaskResumed extends containerd.events.TaskResumed.$Properties {
        }

        /** Represents a TaskResumed. */
        class TaskResumed {

            /**
             * Constructs a new TaskResumed.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskResumed.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskResumed containerId. */
            containerId: string;

            /**
             * Encodes the specified TaskResumed message. Does not implicitly {@link containerd.events.TaskResumed.verify|verify} messages.
             * @param message TaskResumed message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskResumed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskResumed message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskResumed & containerd.events.TaskResumed.$Shape} TaskResumed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskResumed & containerd.events.TaskResumed.$Shape;
        }

        namespace TaskResumed {

            /** Properties of a TaskResumed. */
            interface $Properties {

                /** TaskResumed containerId */
                containerId?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskResumed. */
            type $Shape = containerd.events.TaskResumed.$Properties;
        }

        /**
         * Properties of a TaskCheckpointed.
         * @deprecated Use containerd.events.TaskCheckpointed.$Properties instead.
         */
        interface ITaskCheckpointed extends containerd.events.TaskCheckpointed.$Properties {
        }

        /** Represents a TaskCheckpointed. */
        class TaskCheckpointed {

            /**
             * Constructs a new TaskCheckpointed.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.events.TaskCheckpointed.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TaskCheckpointed containerId. */
            containerId: string;

            /** TaskCheckpointed checkpoint. */
            checkpoint: string;

            /**
             * Encodes the specified TaskCheckpointed message. Does not implicitly {@link containerd.events.TaskCheckpointed.verify|verify} messages.
             * @param message TaskCheckpointed message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.events.TaskCheckpointed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TaskCheckpointed message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.events.TaskCheckpointed & containerd.events.TaskCheckpointed.$Shape} TaskCheckpointed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.events.TaskCheckpointed & containerd.events.TaskCheckpointed.$Shape;
        }

        namespace TaskCheckpointed {

            /** Properties of a TaskCheckpointed. */
            interface $Properties {

                /** TaskCheckpointed containerId */
                containerId?: (string|null);

                /** TaskCheckpointed checkpoint */
                checkpoint?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TaskCheckpointed. */
            type $Shape = containerd.events.TaskCheckpointed.$Properties;
        }
    }

    /** Namespace types. */
    namespace types {

        /**
         * Properties of a Mount.
         * @deprecated Use containerd.types.Mount.$Properties instead.
         */
        interface IMount extends containerd.types.Mount.$Properties {
        }

        /** Represents a Mount. */
        class Mount {

            /**
             * Constructs a new Mount.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.types.Mount.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Mount type. */
            type: string;

            /** Mount source. */
            source: string;

            /** Mount target. */
            target: string;

            /** Mount options. */
            options: string[];

            /**
             * Encodes the specified Mount message. Does not implicitly {@link containerd.types.Mount.verify|verify} messages.
             * @param message Mount message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.types.Mount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Mount message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.types.Mount & containerd.types.Mount.$Shape} Mount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.types.Mount & containerd.types.Mount.$Shape;
        }

        namespace Mount {

            /** Properties of a Mount. */
            interface $Properties {

                /** Mount type */
                type?: (string|null);

                /** Mount source */
                source?: (string|null);

                /** Mount target */
                target?: (string|null);

                /** Mount options */
                options?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Mount. */
            type $Shape = containerd.types.Mount.$Properties;
        }

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

    /** Namespace services. */
    namespace services {

        /** Namespace events. */
        namespace events {

            /** Namespace ttrpc. */
            namespace ttrpc {

                /** Namespace v1. */
                namespace v1 {

                    /**
                     * Properties of a ForwardRequest.
                     * @deprecated Use containerd.services.events.ttrpc.v1.ForwardRequest.$Properties instead.
                     */
                    interface IForwardRequest extends containerd.services.events.ttrpc.v1.ForwardRequest.$Properties {
                    }

                    /** Represents a ForwardRequest. */
                    class ForwardRequest {

                        /**
                         * Constructs a new ForwardRequest.
                         * @param [properties] Properties to set
                         */
                        constructor(properties?: containerd.services.events.ttrpc.v1.ForwardRequest.$Properties);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];

                        /** ForwardRequest envelope. */
                        envelope?: (containerd.types.Envelope.$Properties|null);

                        /**
                         * Encodes the specified ForwardRequest message. Does not implicitly {@link containerd.services.events.ttrpc.v1.ForwardRequest.verify|verify} messages.
                         * @param message ForwardRequest message or plain object to encode
                         * @param [writer] Writer to encode to
                         * @returns Writer
                         */
                        static encode(message: containerd.services.events.ttrpc.v1.ForwardRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                        /**
                         * Decodes a ForwardRequest message from the specified reader or buffer.
                         * @param reader Reader or buffer to decode from
                         * @param [length] Message length if known beforehand
                         * @returns {containerd.services.events.ttrpc.v1.ForwardRequest & containerd.services.events.ttrpc.v1.ForwardRequest.$Shape} ForwardRequest
                         * @throws {Error} If the payload is not a reader or valid buffer
                         * @throws {$protobuf.util.ProtocolError} If required fields are missing
                         */
                        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.events.ttrpc.v1.ForwardRequest & containerd.services.events.ttrpc.v1.ForwardRequest.$Shape;
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
                        type $Shape = containerd.services.events.ttrpc.v1.ForwardRequest.$Properties;
                    }
                }
            }
        }
    }
}

/** Namespace google. */
export namespace google {

    /** Namespace protobuf. */
    namespace protobuf {

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
