// Generated from gateway/src/crm_gateway/openapi.json by `make types`. Do not edit.
export interface paths {
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the keys, revoked ones too, without their secrets. */
        get: operations["get_api_keys"];
        put?: never;
        /** Make a key; the answer is the only place where it is ever shown. */
        post: operations["post_api_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key for good, at once; revoking it again changes nothing. */
        delete: operations["delete_api_keys_key_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{key_id}/rotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace a key: the new one is good now and shown this once, the old one for the overlap chosen. */
        post: operations["post_api_keys_key_id_rotations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List entries of the audit log, newest first. */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have entries written to a file, oldest first; the job's result says where it is, for seven days. */
        post: operations["post_audit_exports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/exports/{job_id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download an export; that is recorded too. */
        get: operations["get_audit_exports_job_id_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check the chain for up to ten seconds: intact, broken where, or to be gone on with by ``after``. */
        get: operations["get_audit_verification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/jwks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Give the public keys that access tokens can be checked with (RFC 7517), the current one first. */
        get: operations["get_auth_jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change one's password; every other session and token ends, this session goes on under a new cookie and token. */
        post: operations["post_auth_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say how staff may sign in besides e-mail address and password. */
        get: operations["get_auth_providers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a secret for an authenticator app (TOTP, RFC 6238); it counts once a code of it is confirmed. */
        post: operations["post_auth_second_factor"];
        /** Take one's second factor away, by the password; every other session and token ends. */
        delete: operations["delete_auth_second_factor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/second-factor/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put the second factor in force by a code; gives the recovery codes, and ends every other session and token. */
        post: operations["post_auth_second_factor_confirmations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say who is signed in with this session, and what they may see. */
        get: operations["get_auth_session"];
        put?: never;
        post?: never;
        /** End this session, at once and everywhere. */
        delete: operations["delete_auth_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's own sessions in force, the newest first: on which devices one is signed in. */
        get: operations["get_auth_sessions"];
        put?: never;
        /** Sign a browser in: the answer sets the session's cookie, and has the token that changes must carry. */
        post: operations["post_auth_sessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one's own sessions, at once and everywhere. */
        delete: operations["delete_auth_sessions_session_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign a program in with e-mail address, password and code; the same answer whichever of the first two is wrong. */
        post: operations["post_auth_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List guests, newest first, or those whose name holds the text q; address and number for who sees those. */
        get: operations["get_customers"];
        put?: never;
        /** Register a guest; e-mails and phones may be shared within a household, external ids not (409). */
        post: operations["post_customers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a guest; a merged id shows the survivor, an erased one is gone (410). */
        get: operations["get_customers_customer_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a guest: missing fields stay, null clears; If-Match refuses an edit of a stale copy (412). */
        patch: operations["patch_customers_customer_id"];
        trace?: never;
    };
    "/customers/{customer_id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count a guest's spend, orders and visits as of now, at the locations that the asker is bound to. */
        get: operations["get_customers_customer_id_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customer_id}/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a guest's orders, those of records merged into it too, newest first. */
        get: operations["get_customers_customer_id_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customer_id}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a guest's 360° view; a part whose service does not answer in time is named, the others are there.
         * @description An unknown guest is a 404, an erased one a 410, as the owner of guests says it. If-None-Match is answered with
         *     304 while no part has changed.
         */
        get: operations["get_customers_customer_id_profile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customer_id}/reservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a guest's reservations, those of records merged into it too, newest first. */
        get: operations["get_customers_customer_id_reservations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customer_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what happened with a guest, newest first, what is yet to come above it.
         * @description A service that does not answer is named, and its items are missing on this page: ask for the page again.
         */
        get: operations["get_customers_customer_id_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look guests up by exactly one address, number or external id; several may share one. */
        post: operations["post_customers_lookup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/merges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the merged id mean the survivor from now on. */
        post: operations["post_customers_merges"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/merges/{merge_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a merge back. */
        delete: operations["delete_customers_merges_merge_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the success metrics with target and baseline, and the tiles of the asker's home page.
         * @description A metric that no service brings yet has the value null and the status not_offered. Figures are those of the
         *     locations that the asker is bound to.
         */
        get: operations["get_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read this document as a page. */
        get: operations["get_docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edge-messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what came in at the public edge in the last 30 days, newest first: who takes it and whether they have it. */
        get: operations["get_edge_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edge-messages/{message_id}/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand a message over again; a service that has it already does nothing twice. 410 after 30 days. */
        post: operations["post_edge_messages_message_id_replays"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the asker's running and recent jobs of all services, running ones first. */
        get: operations["get_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a job of one's own, or any to the owner. */
        get: operations["get_jobs_job_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a job that has not ended; what it made is deleted. */
        post: operations["post_jobs_job_id_cancellations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/locations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the locations, oldest first. */
        get: operations["get_locations"];
        put?: never;
        /** Open a location; a new default takes the old one's place. */
        post: operations["post_locations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/locations/{location_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a location. */
        get: operations["get_locations_location_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a location; another zone counts its visits anew. */
        patch: operations["patch_locations_location_id"];
        trace?: never;
    };
    "/loyalty/members/{customer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a guest's balance and tier. */
        get: operations["get_loyalty_members_customer_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/loyalty/members/{customer_id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a member's ledger, newest first. */
        get: operations["get_loyalty_members_customer_id_entries"];
        put?: never;
        /** Give or take points by hand; the balance cannot go below zero (409). */
        post: operations["post_loyalty_members_customer_id_entries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/loyalty/programme": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what earns points. */
        get: operations["get_loyalty_programme"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get this document. */
        get: operations["get_openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the orders that several guests fit, newest first. */
        get: operations["get_orders"];
        put?: never;
        /**
         * Take in one order or up to 1,000: each once, however often it is sent; an array has an outcome per item.
         * @description Of a single order a refusal is the answer itself (422, 409).
         */
        post: operations["post_orders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an order with its lines and refunds. */
        get: operations["get_orders_order_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{order_id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refund part or all of a paid order; the same again is the same answer. */
        post: operations["post_orders_order_id_refunds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organisation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the organisation. */
        get: operations["get_organisation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the organisation; its currency stays once there are orders (409). */
        patch: operations["patch_organisation"];
        trace?: never;
    };
    "/p/push/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register the browser that the guest of this link agreed to be notified on; again is harmless. */
        post: operations["post_p_push_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/privacy/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase a guest at once, merged records too; completed when every service has answered. */
        post: operations["post_privacy_requests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/privacy/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show how far a request is, and who still owes an answer. */
        get: operations["get_privacy_requests_request_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List every provider: what it is for, what is set up, and how its webhooks go. */
        get: operations["get_providers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show one provider; of its secrets only whether they are there. */
        get: operations["get_providers_name"];
        /** Set a provider up: settings that are not named stay as they are, null removes one, secrets go in only. */
        put: operations["put_providers_name"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the product's reports, where each is, who may read it, and whether a service offers it yet. */
        get: operations["get_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the reservations that several guests fit, newest first. */
        get: operations["get_reservations"];
        put?: never;
        /**
         * Take in one reservation or up to 1,000: each once, however often it is sent; an array has an outcome per item.
         * @description Of a single reservation a refusal is the answer itself (422, 409).
         */
        post: operations["post_reservations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/{reservation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a reservation with what its guest asked for. */
        get: operations["get_reservations_reservation_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suggest what may be meant by what somebody began to type; kinds that are not there in time are named. */
        get: operations["get_search_suggestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the staff. */
        get: operations["get_staff"];
        put?: never;
        /** Add a member of staff; one without a password comes in through the identity provider alone. */
        post: operations["post_staff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staff/{staff_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a member of staff. */
        get: operations["get_staff_staff_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a member of staff; another role and a dismissal end all their sessions and tokens at once. */
        patch: operations["patch_staff_staff_id"];
        trace?: never;
    };
    "/staff/{staff_id}/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give somebody else a temporary password, shown this once; all their sessions and tokens end. */
        post: operations["post_staff_staff_id_password_resets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staff/{staff_id}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take somebody else's second factor away, who lost their phone; all their sessions and tokens end. */
        delete: operations["delete_staff_staff_id_second_factor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow changes as they happen, without asking again and again; what comes depends on role and locations. */
        get: operations["get_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the endpoints that events are sent to. */
        get: operations["get_webhook_endpoints"];
        put?: never;
        /** Add an endpoint; its secret, which signs what is sent, is shown in this answer alone. */
        post: operations["post_webhook_endpoints"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-endpoints/{endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an endpoint and how it fares. */
        get: operations["get_webhook_endpoints_endpoint_id"];
        put?: never;
        post?: never;
        /** Delete an endpoint with its deliveries; what is on its way may still arrive. */
        delete: operations["delete_webhook_endpoints_endpoint_id"];
        options?: never;
        head?: never;
        /** Change an endpoint, switch it off, or on again. */
        patch: operations["patch_webhook_endpoints_endpoint_id"];
        trace?: never;
    };
    "/webhook-endpoints/{endpoint_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an endpoint's deliveries of the last 30 days, newest first. */
        get: operations["get_webhook_endpoints_endpoint_id_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a delivery once more, under the same Webhook-Id; one that waits is tried at once. */
        post: operations["post_webhook_endpoints_endpoint_id_deliveries_delivery_id_replays"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-endpoints/{endpoint_id}/secret-rotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace an endpoint's secret; both sign for a while, so that the receiver can change over. */
        post: operations["post_webhook_endpoints_endpoint_id_secret_rotations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-endpoints/{endpoint_id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send an endpoint a test event; the delivery shows how that went. */
        post: operations["post_webhook_endpoints_endpoint_id_tests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the types of events that an endpoint can ask for. */
        get: operations["get_webhook_event_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Let a provider see that the URL is there; Meta is answered its challenge where it knows the verify token. */
        get: operations["get_webhooks_name"];
        put?: never;
        /** Take a provider's webhook: 2xx once its signature fitted and it is kept, whatever service is down. */
        post: operations["post_webhooks_name"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ApiKey: {
            /**
             * Format: date-time
             * @example 2026-03-01T18:30:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example null
             */
            expires_at: string | null;
            /**
             * Format: uuid
             * @example 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
             */
            id: string;
            /**
             * Format: date-time
             * @description Within a minute or so
             * @example 2026-03-01T18:30:00Z
             */
            last_used_at: string | null;
            /** @example null */
            location_ids: string[] | null;
            /** @example Till at the bar */
            name: string;
            /** @example 0f3a9c5e7b12 */
            prefix: string;
            /**
             * Format: uuid
             * @description The key it was rotated to
             * @example null
             */
            replaced_by_id: string | null;
            /**
             * Format: date-time
             * @example null
             */
            revoked_at: string | null;
            /**
             * @example till
             * @enum {string}
             */
            role: "till" | "booking_system";
            /**
             * @example [
             *       "orders:write"
             *     ]
             */
            scopes: string[];
        };
        ApiKeyPage: {
            items: components["schemas"]["ApiKey"][];
            next_cursor: string | null;
        };
        ApiKeyWithSecret: {
            /**
             * Format: date-time
             * @example 2026-03-01T18:30:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example null
             */
            expires_at: string | null;
            /**
             * Format: uuid
             * @example 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
             */
            id: string;
            /** @example mk_0f3a9c5e7b12_... */
            key: string;
            /**
             * Format: date-time
             * @description Within a minute or so
             * @example 2026-03-01T18:30:00Z
             */
            last_used_at: string | null;
            /** @example null */
            location_ids: string[] | null;
            /** @example Till at the bar */
            name: string;
            /** @example 0f3a9c5e7b12 */
            prefix: string;
            /**
             * Format: uuid
             * @description The key it was rotated to
             * @example null
             */
            replaced_by_id: string | null;
            /**
             * Format: date-time
             * @example null
             */
            revoked_at: string | null;
            /**
             * @example till
             * @enum {string}
             */
            role: "till" | "booking_system";
            /**
             * @example [
             *       "orders:write"
             *     ]
             */
            scopes: string[];
        };
        AuditEntry: {
            /** @example get_customers_customer_id */
            action: string;
            /** @example 01890a5d-ac96-774b-bcce-b302099a8001 */
            actor_id: string;
            /** @example staff */
            actor_kind: string;
            /**
             * @description As called today
             * @example host@example.com
             */
            actor_name: string | null;
            /** @example host */
            actor_role: string;
            /** @description Keyed hash of the network address it came from */
            address: string | null;
            /** Format: date-time */
            at: string;
            /** @description The sequence of the attempt this is the outcome of */
            attempt: number | null;
            /**
             * @description Fields that were sent
             * @example [
             *       "name"
             *     ]
             */
            changed: string[];
            /**
             * @example [
             *       "01890a5d-ac96-774b-bcce-b302099a8057"
             *     ]
             */
            customer_ids: string[];
            /**
             * @description How many guests it is about, those not listed too
             * @example 1
             */
            customers: number;
            /** @description SHA-256 over the hash before and this entry */
            hash: string;
            /**
             * @description An attempt is committed before a change is tried; its outcome names it. One without an outcome: whether the change was made, its service knows
             * @example view
             * @enum {string}
             */
            kind: "view" | "attempt" | "outcome" | "change" | "refused" | "sign_in";
            /** @example GET */
            method: string;
            request_id: string | null;
            /**
             * @description Name and keyed hash of each text sought
             * @example [
             *       "q:9f86d081884c7d659a2feaa0"
             *     ]
             */
            searched: string[];
            /** @example 4711 */
            sequence: number;
            /** @example 200 */
            status: number | null;
            /**
             * @description How many requests it stands for
             * @example 1
             */
            times: number;
        };
        AuditEntryPage: {
            items: components["schemas"]["AuditEntry"][];
            next_cursor: string | null;
        };
        Code: {
            /** @example 492039 */
            code: string;
        };
        Dashboard: {
            /**
             * Format: date-time
             * @example 2026-03-14T18:30:00Z
             */
            as_of: string;
            /**
             * @description The asker's role
             * @example owner
             */
            persona: string;
            success_metrics: components["schemas"]["DashboardMetric"][];
            tiles: components["schemas"]["DashboardTile"][];
            unavailable: components["schemas"]["UnavailablePart"][];
        };
        DashboardMetric: {
            /**
             * Format: date-time
             * @example 2026-03-14T18:30:00Z
             */
            as_of: string | null;
            baseline: components["schemas"]["MetricBaseline"] | null;
            /** @description What is counted, exactly */
            formula: string | null;
            interval: components["schemas"]["MetricInterval"] | null;
            /** @example retention_rate */
            key: string;
            /** @example Customer retention rate */
            label: string;
            /**
             * @description How many it is counted over
             * @example 1391
             */
            n: number | null;
            /**
             * @description Who brings it
             * @example customer
             */
            service: string;
            /** @enum {string} */
            status: "reached" | "improving" | "behind" | "no_baseline" | "no_data" | "unavailable" | "not_offered";
            target: components["schemas"]["Target"];
            /** @example ratio */
            unit: string;
            /** @example 0.34 */
            value: number | null;
            window: components["schemas"]["MetricDays"] | null;
        };
        DashboardTile: {
            /**
             * @description Of an amount in minor units
             * @example USD
             */
            currency?: string;
            /** @example new_guests */
            key: string;
            /** @example New guests in 7 days */
            label: string;
            /** @example 19 */
            previous: number | null;
            /**
             * @description Who says so
             * @example customer
             */
            service: string;
            /**
             * @description count, minor, points
             * @example count
             */
            unit: string;
            /** @example 23 */
            value: number;
            window?: components["schemas"]["MetricDays"] | null;
        };
        Day: {
            day: number;
            month: number;
            year?: number;
        };
        DietaryNeed: {
            /** @enum {string} */
            kind: "allergy" | "intolerance" | "diet" | "dislike";
            name: string;
        };
        EdgeMessage: {
            /** @example 1 */
            attempts: number;
            /**
             * Format: date-time
             * @example 2026-11-20T18:30:01Z
             */
            delivered_at: string | null;
            /**
             * Format: uuid
             * @example 0197f0a2-6c1e-7c3a-9d55-2f1d8f6f0a11
             */
            id: string;
            /**
             * @example webhook
             * @enum {string}
             */
            kind: "webhook" | "unsubscribe" | "preferences" | "survey" | "tracking" | "push";
            /**
             * @description What the service last said: away, or a status and a problem type
             * @example null
             */
            last_answer: string | null;
            /**
             * Format: date-time
             * @description Where it waits for a service that takes it
             * @example null
             */
            next_try_at: string | null;
            /**
             * Format: date-time
             * @example 2026-11-20T18:30:00Z
             */
            received_at: string;
            /**
             * @description Who takes it; null: no service of this installation does yet
             * @example campaign
             */
            service: string | null;
            /**
             * @description Bytes of what it says
             * @example 812
             */
            size: number;
            /**
             * @description The provider, or the service that made the link
             * @example sendgrid
             */
            source: string;
            /**
             * @example delivered
             * @enum {string}
             */
            state: "waiting" | "delivered" | "refused" | "expired";
        };
        EdgeMessagePage: {
            items: components["schemas"]["EdgeMessage"][];
            next_cursor: string | null;
        };
        EmailAddress: {
            address: string;
            is_primary?: boolean;
        };
        Entry: {
            /** @description Id of who booked it by hand */
            actor: string | null;
            /** Format: date-time */
            booked_at: string;
            /** Format: date */
            expires_on: string | null;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "earn" | "reverse" | "adjust" | "forfeit";
            /**
             * Format: date-time
             * @description When the fact behind it happened
             */
            occurred_at: string;
            /** Format: uuid */
            order_id: string | null;
            /** @description Positive: came; negative: went */
            points?: number;
            /** @description As staff gave it */
            reason?: string | null;
        };
        EntryPage: {
            items: components["schemas"]["Entry"][];
            next_cursor: string | null;
        };
        ExternalReference: {
            id: string;
            source: string;
        };
        Guest: {
            acquisition_source: string | null;
            anniversary: components["schemas"]["Day"] | null;
            birthday: components["schemas"]["Day"] | null;
            /** Format: date-time */
            created_at: string;
            dietary?: components["schemas"]["DietaryNeed"][];
            emails?: components["schemas"]["EmailAddress"][];
            external_ids: components["schemas"]["ExternalReference"][];
            /** Format: uuid */
            id: string;
            name: string | null;
            phones?: components["schemas"]["PhoneNumber"][];
            reachable: components["schemas"]["Reachable"];
            tags: string[];
            version: number;
        };
        GuestChanges: {
            acquisition_source?: string | null;
            anniversary?: components["schemas"]["Day"] | null;
            birthday?: components["schemas"]["Day"] | null;
            dietary?: components["schemas"]["DietaryNeed"][] | null;
            emails?: components["schemas"]["EmailAddress"][] | null;
            external_ids?: components["schemas"]["ExternalReference"][] | null;
            name?: string;
            phones?: components["schemas"]["PhoneNumber"][] | null;
            tags?: string[] | null;
        };
        GuestOfOrder: {
            /** Format: uuid */
            customer_id?: string;
            email?: string;
            external_id?: string;
            name?: string;
            phone?: string;
        };
        GuestPage: {
            items: components["schemas"]["Guest"][];
            next_cursor: string | null;
        };
        Hours: {
            closes: string;
            /** @enum {string} */
            day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
            opens: string;
        };
        ItemProblem: {
            detail?: string;
            errors?: {
                [key: string]: string[];
            };
            title: string;
            type: string;
        };
        Job: {
            /**
             * Format: date-time
             * @example 2026-03-14T18:30:00Z
             */
            created_at?: string;
            /** @example 4200 */
            done?: number | null;
            /**
             * Format: uuid
             * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
             */
            id: string;
            /** @example import */
            kind: string;
            /**
             * @description Whose work it is
             * @example customer
             */
            service: string;
            /** @example running */
            state: string;
            /** @example 10000 */
            total?: number | null;
        } & {
            [key: string]: unknown;
        };
        JobBegun: {
            /**
             * Format: uuid
             * @example 01890a5d-ac96-774b-bcce-b302099a8099
             */
            job_id: string;
        };
        Jobs: {
            items: components["schemas"]["Job"][];
            unavailable: components["schemas"]["UnavailablePart"][];
        };
        JobState: {
            /** Format: date-time */
            created_at: string;
            /** @example 4200 */
            done: number;
            /** @description Why it failed */
            error: string | null;
            /**
             * Format: uuid
             * @example 01890a5d-ac96-774b-bcce-b302099a8099
             */
            id: string;
            /** @example audit_export */
            kind: string;
            /** @description What came of it, once it succeeded; url: where its file is */
            result: {
                [key: string]: unknown;
            } | null;
            /**
             * @example running
             * @enum {string}
             */
            state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
            /**
             * @description null: not known yet
             * @example 10000
             */
            total: number | null;
            /** Format: date-time */
            updated_at: string;
        };
        JsonWebKey: {
            /** @example EdDSA */
            alg: string;
            /** @example Ed25519 */
            crv: string;
            /** @example t20260301 */
            kid: string;
            /** @example OKP */
            kty: string;
            /** @example sig */
            use: string;
            /** @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo */
            x: string;
        };
        JsonWebKeys: {
            keys: components["schemas"]["JsonWebKey"][];
        };
        KeyRotation: {
            /**
             * @description How long the old key stays good beside the new one
             * @default 24
             * @example 24
             */
            overlap_hours?: number;
        };
        Line: {
            category: string | null;
            discount_minor?: number;
            /** Format: uuid */
            item_id: string;
            name: string;
            quantity: number;
            sku: string | null;
            unit_price_minor?: number;
        };
        Location: {
            /** Format: uuid */
            id: string;
            is_default: boolean;
            name: string;
            opening_hours: components["schemas"]["Hours"][] | null;
            version: number;
            zone: string;
        };
        LocationChanges: {
            is_default?: boolean;
            name?: string;
            opening_hours?: components["schemas"]["Hours"][] | null;
            zone?: string;
        };
        LocationPage: {
            items: components["schemas"]["Location"][];
            next_cursor: string | null;
        };
        LookedUp: {
            items: components["schemas"]["Guest"][];
        };
        Lookup: {
            email?: string;
            external_id?: components["schemas"]["ExternalReference"];
            phone?: string;
        };
        Member: {
            /** @description Sum of the entries' points: what can be spent */
            balance?: number;
            /**
             * Format: uuid
             * @description The survivor's id where records were merged
             */
            customer_id: string;
            /** Format: date-time */
            enrolled_at: string;
            /** @description Points reserved for redemptions under way */
            held?: number;
            next_tier?: components["schemas"]["NextTier"] | null;
            /** @description Points earned and not spendable yet */
            pending?: number;
            tier?: string;
        };
        Merge: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            merged_at: string;
            /** Format: uuid */
            merged_id: string;
            /** Format: uuid */
            survivor_id: string;
        };
        MetricBaseline: {
            /** @example year_earlier */
            basis?: string;
            /** @example 1204 */
            n?: number;
            /** @example 0.29 */
            value: number | null;
            window?: components["schemas"]["MetricDays"];
        };
        MetricDays: {
            /**
             * Format: date
             * @example 2026-03-14
             */
            from: string;
            /** Format: date */
            to: string;
        };
        MetricInterval: {
            /** @example 0.37 */
            high: number;
            /** @example 0.31 */
            low: number;
            /** @example wilson */
            method: string;
        };
        Metrics: {
            /** @description Spend by orders */
            average_cheque_minor?: number | null;
            /** @description Spend by visits */
            average_order_value_minor?: number | null;
            currency: string;
            /** Format: uuid */
            customer_id: string;
            days_since_last_visit: number | null;
            /** Format: date */
            first_visit_on: string | null;
            /** Format: date */
            last_visit_on: string | null;
            /** @description Where it was counted: the locations that the asker is bound to; null: all */
            location_ids: string[] | null;
            orders: number;
            /** @description Paid, less discounts, refunds, tips, tax */
            spend_minor?: number;
            /** @description Locations and business days with a paid order or a completed reservation */
            visits: number;
            /** @description Visits in the last 30 days */
            visits_per_month: number;
            visits_per_month_lifetime: number | null;
        };
        NewApiKey: {
            /**
             * Format: date-time
             * @description When it ends; null: never
             * @default null
             * @example 2026-03-01T18:30:00Z
             */
            expires_at?: string | null;
            /**
             * @description Bound to these locations; null: all
             * @default null
             * @example null
             */
            location_ids?: string[] | null;
            /** @example Till at the bar */
            name: string;
            /**
             * @default till
             * @example till
             * @enum {string}
             */
            role?: "till" | "booking_system";
            /**
             * @description Absent: all that the role may do
             * @example [
             *       "orders:write"
             *     ]
             */
            scopes?: ("members:read" | "orders:write" | "refunds:write" | "reservations:write")[];
        };
        NewEntry: {
            /** @enum {string} */
            kind: "adjust";
            points: number;
            reason: string;
        };
        NewExport: {
            /**
             * @default null
             * @example 01890a5d-ac96-774b-bcce-b302099a8001
             */
            actor_id?: string | null;
            /**
             * Format: uuid
             * @default null
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            customer_id?: string | null;
            /**
             * @default csv
             * @example csv
             * @enum {string}
             */
            format?: "csv" | "ndjson";
            /**
             * Format: date-time
             * @description At this instant or later
             * @default null
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Before this instant
             * @default null
             */
            to?: string | null;
        };
        NewGuest: {
            acquisition_source?: string;
            anniversary?: components["schemas"]["Day"];
            birthday?: components["schemas"]["Day"];
            dietary?: components["schemas"]["DietaryNeed"][];
            emails?: components["schemas"]["EmailAddress"][];
            external_ids?: components["schemas"]["ExternalReference"][];
            name: string;
            phones?: components["schemas"]["PhoneNumber"][];
            tags?: string[];
        };
        NewLine: {
            category?: string;
            discount_minor?: number;
            name: string;
            quantity: number;
            sku?: string;
            unit_price_minor: number;
        };
        NewLocation: {
            /** @default false */
            is_default?: boolean;
            name: string;
            /** @default null */
            opening_hours?: components["schemas"]["Hours"][] | null;
            zone: string;
        };
        NewMerge: {
            /** Format: uuid */
            merged_id: string;
            /** Format: uuid */
            survivor_id: string;
        };
        NewOrder: {
            /**
             * @default dine_in
             * @enum {string}
             */
            channel?: "dine_in" | "takeaway" | "delivery";
            /** @enum {string} */
            currency: "AED" | "AFN" | "ALL" | "AMD" | "AOA" | "ARS" | "AUD" | "AWG" | "AZN" | "BAM" | "BBD" | "BDT" | "BHD" | "BIF" | "BMD" | "BND" | "BOB" | "BRL" | "BSD" | "BTN" | "BWP" | "BYN" | "BZD" | "CAD" | "CDF" | "CHF" | "CLP" | "CNY" | "COP" | "CRC" | "CUP" | "CVE" | "CZK" | "DJF" | "DKK" | "DOP" | "DZD" | "EGP" | "ERN" | "ETB" | "EUR" | "FJD" | "FKP" | "GBP" | "GEL" | "GHS" | "GIP" | "GMD" | "GNF" | "GTQ" | "GYD" | "HKD" | "HNL" | "HTG" | "HUF" | "IDR" | "ILS" | "INR" | "IQD" | "IRR" | "ISK" | "JMD" | "JOD" | "JPY" | "KES" | "KGS" | "KHR" | "KMF" | "KPW" | "KRW" | "KWD" | "KYD" | "KZT" | "LAK" | "LBP" | "LKR" | "LRD" | "LSL" | "LYD" | "MAD" | "MDL" | "MGA" | "MKD" | "MMK" | "MNT" | "MOP" | "MRU" | "MUR" | "MVR" | "MWK" | "MXN" | "MYR" | "MZN" | "NAD" | "NGN" | "NIO" | "NOK" | "NPR" | "NZD" | "OMR" | "PAB" | "PEN" | "PGK" | "PHP" | "PKR" | "PLN" | "PYG" | "QAR" | "RON" | "RSD" | "RUB" | "RWF" | "SAR" | "SBD" | "SCR" | "SDG" | "SEK" | "SGD" | "SHP" | "SLE" | "SOS" | "SRD" | "SSP" | "STN" | "SVC" | "SYP" | "SZL" | "THB" | "TJS" | "TMT" | "TND" | "TOP" | "TRY" | "TTD" | "TWD" | "TZS" | "UAH" | "UGX" | "USD" | "UYU" | "UZS" | "VED" | "VES" | "VND" | "VUV" | "WST" | "XAF" | "XCD" | "XCG" | "XOF" | "XPF" | "YER" | "ZAR" | "ZMW" | "ZWG";
            external_id: string;
            guest?: components["schemas"]["GuestOfOrder"];
            lines?: components["schemas"]["NewLine"][];
            /** Format: uuid */
            location_id?: string;
            /** Format: date-time */
            placed_at: string;
            source: string;
            /**
             * @default paid
             * @enum {string}
             */
            status?: "open" | "paid" | "void";
            tax_minor?: number;
            tip_minor?: number;
            total_minor: number;
            /** @default 1 */
            version?: number;
        };
        NewPrivacyRequest: {
            /** Format: uuid */
            customer_id: string;
            /** @enum {string} */
            kind: "erasure";
        };
        NewRefund: {
            amount_minor: number;
            external_id: string;
            reason?: string;
            /** Format: date-time */
            refunded_at: string;
        };
        NewReservation: {
            area?: string;
            external_id: string;
            guest: components["schemas"]["GuestOfOrder"];
            /** Format: uuid */
            location_id?: string;
            occasion?: string;
            party_size: number;
            requests?: string;
            source: string;
            /** Format: date-time */
            starts_at: string;
            /** @enum {string} */
            status: "booked" | "seated" | "completed" | "cancelled" | "no_show";
            /** @default 1 */
            version?: number;
        };
        NewSecondFactor: {
            /** @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP */
            secret: string;
            /**
             * @description For a QR code
             * @example otpauth://totp/Ma%C3%AEtre:owner%40example.com?secret=...
             */
            uri: string;
        };
        NewStaff: {
            /**
             * Format: email
             * @example ana.garcia@example.com
             */
            email: string;
            /**
             * @description Bound to these locations; null: all
             * @default null
             * @example null
             */
            location_ids?: string[] | null;
            /**
             * @description Nothing else is allowed until they have
             * @default false
             * @example true
             */
            must_change_password?: boolean;
            /**
             * @default
             * @example Ana Garcia
             */
            name?: string;
            /**
             * Format: password
             * @description Absent: they sign in through the identity provider alone
             * @default null
             * @example four words or so, unusual
             */
            password?: string | null;
            /**
             * @example manager
             * @enum {string}
             */
            role: "owner" | "marketing_manager" | "manager" | "host";
        };
        NewWebhookEndpoint: {
            /**
             * @default
             * @example Accounting
             */
            description?: string;
            /**
             * @description Event types, or all of one owner (loyalty.*), or all (*)
             * @example [
             *       "customer.registered.v1",
             *       "loyalty.*"
             *     ]
             */
            event_types: ("*" | "customer.*" | "segmentation.*" | "campaign.*" | "loyalty.*" | "feedback.*" | "campaign.customer_data_erased.v1" | "customer.erased.v1" | "customer.location_changed.v1" | "customer.merged.v1" | "customer.order_corrected.v1" | "customer.order_placed.v1" | "customer.order_recorded.v1" | "customer.order_refunded.v1" | "customer.profile_changed.v1" | "customer.registered.v1" | "customer.reservation_booked.v1" | "customer.reservation_cancelled.v1" | "customer.reservation_changed.v1" | "customer.reservation_completed.v1" | "customer.reservation_no_show.v1" | "customer.tagged.v1" | "customer.unmerged.v1" | "feedback.customer_data_erased.v1" | "loyalty.customer_data_erased.v1" | "loyalty.enrolled.v1" | "loyalty.points_earned.v1" | "loyalty.points_reversed.v1" | "segmentation.customer_data_erased.v1")[];
            /**
             * @description https, on the public internet
             * @example https://hooks.example.com/maitre
             */
            url: string;
        };
        NextTier: {
            /** @description Points still to earn */
            missing: number;
            name: string;
        };
        Order: {
            attribution: string;
            /** Format: date */
            business_day: string;
            channel: string;
            currency: string;
            /** Format: uuid */
            customer_id: string | null;
            external_id: string;
            /** Format: uuid */
            id: string;
            lines: components["schemas"]["Line"][];
            /** Format: uuid */
            location_id: string;
            /** Format: date-time */
            placed_at: string;
            refunded_minor?: number;
            revision: number;
            source: string;
            spend_minor?: number;
            status: string;
            tax_minor?: number;
            tip_minor?: number;
            total_minor?: number;
            version: number;
        };
        OrderDetail: {
            attribution: string;
            /** Format: date */
            business_day: string;
            channel: string;
            currency: string;
            /** Format: uuid */
            customer_id: string | null;
            external_id: string;
            /** Format: uuid */
            id: string;
            lines: components["schemas"]["Line"][];
            /** Format: uuid */
            location_id: string;
            /** Format: date-time */
            placed_at: string;
            refunded_minor?: number;
            refunds: components["schemas"]["Refund"][];
            revision: number;
            source: string;
            spend_minor?: number;
            status: string;
            tax_minor?: number;
            tip_minor?: number;
            total_minor?: number;
            version: number;
        };
        OrderOutcome: {
            /** Format: uuid */
            customer_id: string | null;
            external_id: string | null;
            /** Format: uuid */
            order_id: string | null;
            /** @enum {string} */
            outcome: "created" | "unchanged" | "corrected" | "ignored" | "rejected";
            problem?: components["schemas"]["ItemProblem"];
        };
        OrderOutcomes: {
            items: components["schemas"]["OrderOutcome"][];
        };
        OrderPage: {
            items: components["schemas"]["Order"][];
            next_cursor: string | null;
        };
        Organisation: {
            business_day_starts_at: string;
            countries: string[];
            currency: string;
            default_zone: string;
            name: string;
            postal_address: string | null;
            spend_includes_tax: boolean;
            version: number;
        };
        OrganisationChanges: {
            business_day_starts_at?: string;
            countries?: string[];
            /** @enum {string} */
            currency?: "AED" | "AFN" | "ALL" | "AMD" | "AOA" | "ARS" | "AUD" | "AWG" | "AZN" | "BAM" | "BBD" | "BDT" | "BHD" | "BIF" | "BMD" | "BND" | "BOB" | "BRL" | "BSD" | "BTN" | "BWP" | "BYN" | "BZD" | "CAD" | "CDF" | "CHF" | "CLP" | "CNY" | "COP" | "CRC" | "CUP" | "CVE" | "CZK" | "DJF" | "DKK" | "DOP" | "DZD" | "EGP" | "ERN" | "ETB" | "EUR" | "FJD" | "FKP" | "GBP" | "GEL" | "GHS" | "GIP" | "GMD" | "GNF" | "GTQ" | "GYD" | "HKD" | "HNL" | "HTG" | "HUF" | "IDR" | "ILS" | "INR" | "IQD" | "IRR" | "ISK" | "JMD" | "JOD" | "JPY" | "KES" | "KGS" | "KHR" | "KMF" | "KPW" | "KRW" | "KWD" | "KYD" | "KZT" | "LAK" | "LBP" | "LKR" | "LRD" | "LSL" | "LYD" | "MAD" | "MDL" | "MGA" | "MKD" | "MMK" | "MNT" | "MOP" | "MRU" | "MUR" | "MVR" | "MWK" | "MXN" | "MYR" | "MZN" | "NAD" | "NGN" | "NIO" | "NOK" | "NPR" | "NZD" | "OMR" | "PAB" | "PEN" | "PGK" | "PHP" | "PKR" | "PLN" | "PYG" | "QAR" | "RON" | "RSD" | "RUB" | "RWF" | "SAR" | "SBD" | "SCR" | "SDG" | "SEK" | "SGD" | "SHP" | "SLE" | "SOS" | "SRD" | "SSP" | "STN" | "SVC" | "SYP" | "SZL" | "THB" | "TJS" | "TMT" | "TND" | "TOP" | "TRY" | "TTD" | "TWD" | "TZS" | "UAH" | "UGX" | "USD" | "UYU" | "UZS" | "VED" | "VES" | "VND" | "VUV" | "WST" | "XAF" | "XCD" | "XCG" | "XOF" | "XPF" | "YER" | "ZAR" | "ZMW" | "ZWG";
            default_zone?: string;
            name?: string;
            postal_address?: string | null;
        };
        OwnSession: {
            /**
             * Format: date-time
             * @example 2026-03-01T18:30:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T18:30:00Z
             */
            expires_at: string;
            /**
             * Format: uuid
             * @example 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
             */
            id: string;
            /**
             * @description The one that asks
             * @example true
             */
            is_current: boolean;
            /**
             * Format: date-time
             * @description Within a minute or so
             * @example 2026-03-01T18:30:00Z
             */
            last_seen_at: string;
            /**
             * @description What it was opened with
             * @example password
             * @enum {string}
             */
            proof: "password" | "provider";
            /** @example Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) */
            user_agent: string;
        };
        OwnSessionPage: {
            items: components["schemas"]["OwnSession"][];
            next_cursor: string | null;
        };
        PasswordChange: {
            /**
             * Format: password
             * @example the present password
             */
            current_password: string;
            /**
             * Format: password
             * @example four words or so, unusual
             */
            new_password: string;
        };
        PasswordProof: {
            /**
             * Format: password
             * @example the present password
             */
            password: string;
        };
        PhoneNumber: {
            number: string;
        };
        PrivacyRequest: {
            /** Format: date-time */
            completed_at: string | null;
            /** Format: uuid */
            customer_id: string;
            /** Format: uuid */
            id: string;
            kind: string;
            /** Format: date-time */
            requested_at: string;
            /** @enum {string} */
            state: "processing" | "completed";
            /** @description Services that still owe their answer */
            waiting_for?: string[];
        };
        Problem: {
            detail: string;
            /** @description Field path, as lines.0.quantity, to what is wrong with it */
            errors?: {
                [key: string]: string[];
            };
            /** @description URN of the request's id */
            instance?: string;
            status: number;
            title: string;
            /** @description Stable URN of this sort of problem */
            type: string;
        } & {
            [key: string]: unknown;
        };
        Profile: {
            /**
             * Format: date-time
             * @example 2026-03-14T18:30:00Z
             */
            as_of: string;
            /**
             * Format: uuid
             * @description The survivor's id where records were merged
             * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
             */
            customer_id: string;
            parts: {
                guest?: components["schemas"]["Guest"] | null;
                loyalty?: components["schemas"]["Member"] | null;
                metrics?: components["schemas"]["Metrics"] | null;
                orders?: components["schemas"]["RecentOrders"] | null;
                reservations?: components["schemas"]["RecentReservations"] | null;
            } & {
                [key: string]: unknown;
            };
            unavailable: components["schemas"]["UnavailablePart"][];
        };
        Programme: {
            /** @description Points for each whole unit of money of an order's spend */
            points_per_unit: number;
            /**
             * Format: date
             * @description Orders placed before (UTC) earn nothing; null: all earn
             */
            starts_on: string | null;
        };
        Provider: {
            /** @example true */
            is_enabled: boolean;
            /** @example twilio */
            name: string;
            /**
             * @example [
             *       "sms"
             *     ]
             */
            purposes: string[];
            settings: components["schemas"]["ProviderField"][];
            /** @example Twilio */
            title: string;
            /**
             * Format: date-time
             * @example 2026-11-20T18:30:00Z
             */
            updated_at: string | null;
            /**
             * @description Services that work with it; none: not in this release yet
             * @example [
             *       "campaign"
             *     ]
             */
            used_by: string[];
            webhook: components["schemas"]["ProviderWebhook"] | null;
        };
        ProviderField: {
            /**
             * @description The last four characters of a long secret
             * @example 9f3c
             */
            ends_with: string | null;
            /** @example false */
            is_optional: boolean;
            /** @example true */
            is_secret: boolean;
            /** @example true */
            is_set: boolean;
            /** @example auth_token */
            name: string;
            /** @example Auth token */
            title: string;
            /**
             * @description What it is needed for
             * @example [
             *       "webhooks",
             *       "sending"
             *     ]
             */
            uses: ("webhooks" | "sending" | "reading")[];
            /**
             * @description Of a setting that is no secret
             * @example null
             */
            value: string | null;
        };
        ProviderList: {
            items: components["schemas"]["Provider"][];
            /** @example null */
            next_cursor: string | null;
        };
        ProviderSettings: {
            /** @example true */
            is_enabled: boolean;
            /**
             * @description Only what changes: what is not named stays as it is, null removes it
             * @example {
             *       "account_sid": "AC0123456789abcdef0123456789abcdef",
             *       "auth_token": "0123456789abcdef"
             *     }
             */
            settings?: {
                [key: string]: string | null;
            };
        };
        ProviderSetUp: {
            /** @example true */
            is_enabled: boolean;
            /**
             * @description Secrets made here, to be entered at the provider
             * @example {}
             */
            made: {
                [key: string]: string;
            };
            /** @example twilio */
            name: string;
            /**
             * @example [
             *       "sms"
             *     ]
             */
            purposes: string[];
            settings: components["schemas"]["ProviderField"][];
            /** @example Twilio */
            title: string;
            /**
             * Format: date-time
             * @example 2026-11-20T18:30:00Z
             */
            updated_at: string | null;
            /**
             * @description Services that work with it; none: not in this release yet
             * @example [
             *       "campaign"
             *     ]
             */
            used_by: string[];
            webhook: components["schemas"]["ProviderWebhook"] | null;
        };
        ProviderWebhook: {
            /**
             * @description In the last 30 days
             * @example 1204
             */
            accepted: number;
            /**
             * @description What seems to be wrong and what to do about it
             * @example null
             */
            hint: string | null;
            /**
             * @description Enabled, and nothing is missing
             * @example true
             */
            is_ready: boolean;
            /**
             * Format: date-time
             * @example 2026-11-20T18:30:00Z
             */
            last_accepted_at: string | null;
            /**
             * Format: date-time
             * @example null
             */
            last_refused_at: string | null;
            /** @example [] */
            missing: string[];
            /**
             * @description Signature unfit, 30 days
             * @example 0
             */
            refused: number;
            /**
             * @description Known already, 30 days
             * @example 3
             */
            repeated: number;
            /**
             * @description Since the last one that was accepted
             * @example 12
             */
            silent_minutes: number | null;
            /**
             * @description The service that acts on it; null: none does yet, they wait
             * @example campaign
             */
            taken_by: string | null;
            /**
             * @description To be entered at the provider; null until the provider is set up, where it holds a secret
             * @example https://crm.example.com/webhooks/twilio
             */
            url: string | null;
        };
        PushKeys: {
            /** @example BTBZMqHH6r4Tts7J_aSIgg */
            auth: string;
            /** @example BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4 */
            p256dh: string;
        };
        PushSubscription: {
            /** @example https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk */
            endpoint: string;
            /**
             * @description Milliseconds since 1970, or null
             * @default null
             * @example null
             */
            expirationTime?: number | null;
            keys: components["schemas"]["PushKeys"];
        };
        Reachable: {
            email: boolean;
            phone: boolean;
        };
        RecentOrders: {
            items: components["schemas"]["Order"][];
        };
        RecentReservations: {
            items: components["schemas"]["Reservation"][];
        };
        RecoveryCodes: {
            /**
             * @example [
             *       "k7hm-x2pq-9rtw-b4nc"
             *     ]
             */
            recovery_codes: string[];
            session: components["schemas"]["Session"];
        };
        Refund: {
            amount_minor?: number;
            external_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            order_id: string;
            reason: string | null;
            /** Format: date-time */
            refunded_at: string;
        };
        Report: {
            is_offered: boolean;
            /** @example acquisition */
            key: string;
            /** @example Customer acquisition */
            label: string;
            /** @example /reports/acquisition */
            path: string;
            /** @description Who may read it */
            roles: string[];
            /** @example customer */
            service: string;
        };
        Reports: {
            items: components["schemas"]["Report"][];
        };
        Reservation: {
            area?: string | null;
            attribution: string;
            /** Format: date */
            business_day?: string;
            /** Format: uuid */
            customer_id: string | null;
            external_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            location_id: string;
            occasion?: string | null;
            party_size?: number;
            requests?: string | null;
            revision: number;
            source: string;
            /** Format: date-time */
            starts_at?: string;
            /** @enum {string} */
            status?: "booked" | "seated" | "completed" | "cancelled" | "no_show";
            version: number;
        };
        ReservationOutcome: {
            /** Format: uuid */
            customer_id: string | null;
            external_id: string | null;
            /** @enum {string} */
            outcome: "created" | "unchanged" | "corrected" | "ignored" | "rejected";
            problem?: components["schemas"]["ItemProblem"];
            /** Format: uuid */
            reservation_id: string | null;
        };
        ReservationOutcomes: {
            items: components["schemas"]["ReservationOutcome"][];
        };
        ReservationPage: {
            items: components["schemas"]["Reservation"][];
            next_cursor: string | null;
        };
        SearchSuggestions: {
            items: {
                /**
                 * Format: uuid
                 * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
                 */
                id: string;
                /** @enum {string} */
                kind: "customer";
                /** @example Lucía García */
                label: string | null;
                /**
                 * @description The last digits, to tell people apart
                 * @example 88
                 */
                phone_ends?: string;
                /** @enum {string} */
                service: "customer";
                tags: string[];
            }[];
            unavailable: components["schemas"]["UnavailablePart"][];
        };
        SecretRotation: {
            /**
             * @description How long both secrets sign; 0: leaked
             * @default 24
             * @example 24
             */
            overlap_hours?: number;
        };
        Session: {
            /**
             * @description For the header X-CSRF-Token of whatever changes something; new with each session
             * @example mZt0w0cJr3m9n5m2y7qW0fY0cM2v4b1nq3x8k6t5s4A
             */
            csrf_token: string;
            /**
             * Format: date-time
             * @description When it ends, however busy
             * @example 2026-03-01T18:30:00Z
             */
            expires_at: string;
            /**
             * Format: uuid
             * @example 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
             */
            id: string;
            /**
             * @description It ends before, when unused for so long
             * @example 120
             */
            idle_minutes: number;
            /**
             * @description Classes of data this person is shown
             * @example [
             *       "contact",
             *       "dietary"
             *     ]
             */
            sees: ("contact" | "dietary" | "spend" | "bookings" | "notes" | "loyalty" | "engagement")[];
            staff: components["schemas"]["SessionStaff"];
        };
        SessionStaff: {
            /** @example owner@example.com */
            email: string;
            /** @example true */
            has_second_factor: boolean;
            /**
             * Format: uuid
             * @example 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
             */
            id: string;
            /** @example null */
            location_ids: string[] | null;
            /**
             * @description Nothing but /auth/second-factor is allowed until there is one
             * @example false
             */
            must_add_second_factor: boolean;
            /**
             * @description Nothing but POST /auth/password is allowed until it is changed
             * @example false
             */
            must_change_password: boolean;
            /** @example Ana Garcia */
            name: string;
            /**
             * @example owner
             * @enum {string}
             */
            role: "owner" | "marketing_manager" | "manager" | "host";
        };
        SignIn: {
            /**
             * @description Second factor, where the account has one; or a recovery code
             * @default null
             * @example 492039
             */
            code?: string | null;
            /** @example owner@example.com */
            email: string;
            /**
             * Format: password
             * @example four words or so, unusual
             */
            password: string;
        };
        SignInProvider: {
            /**
             * @description Where to send the browser
             * @example /admin/customers/api/v1/auth/oidc/login
             */
            login_url: string;
            /** @example Example Workspace */
            name: string;
        };
        SignInProviders: {
            oidc: components["schemas"]["SignInProvider"] | null;
        };
        StaffChanges: {
            /**
             * @description false: dismissed
             * @example true
             */
            is_active?: boolean;
            /**
             * @description Bound to these locations; null: all
             * @example null
             */
            location_ids?: string[] | null;
            /** @example Ana Garcia */
            name?: string;
            /**
             * @example manager
             * @enum {string}
             */
            role?: "owner" | "marketing_manager" | "manager" | "host";
        };
        StaffMember: {
            /**
             * Format: date-time
             * @example 2026-03-01T18:30:00Z
             */
            created_at: string;
            /** @example ana.garcia@example.com */
            email: string;
            /**
             * @description false: through the identity provider alone
             * @example true
             */
            has_password: boolean;
            /** @example true */
            has_second_factor: boolean;
            /**
             * Format: uuid
             * @example 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
             */
            id: string;
            /** @example true */
            is_active: boolean;
            /**
             * Format: date-time
             * @description With a browser
             * @example 2026-03-01T18:30:00Z
             */
            last_signed_in_at: string | null;
            /** @example null */
            location_ids: string[] | null;
            /** @example false */
            must_change_password: boolean;
            /** @example Ana Garcia */
            name: string;
            /**
             * @example manager
             * @enum {string}
             */
            role: "owner" | "marketing_manager" | "manager" | "host";
            /**
             * @description As in the ETag
             * @example 3
             */
            version: number;
        };
        StaffMemberPage: {
            items: components["schemas"]["StaffMember"][];
            next_cursor: string | null;
        };
        Target: {
            /**
             * @description Of an increase
             * @example 0.2
             */
            by: number | null;
            /** @enum {string} */
            kind: "increase" | "at_least";
            /**
             * @description Null: no baseline yet
             * @example 0.35
             */
            value: number | null;
        };
        TemporaryPassword: {
            /** @example Zk3_mPq8vL2xWd9R */
            temporary_password: string;
        };
        Timeline: {
            items: ({
                /** @example walk-in */
                acquisition_source?: string | null;
                /**
                 * Format: date-time
                 * @example 2026-03-14T18:30:00Z
                 */
                at: string;
                /** @example dine_in */
                channel?: string;
                /** @example USD */
                currency?: string;
                /**
                 * Format: uuid
                 * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
                 */
                id: string;
                /**
                 * @example order_paid
                 * @enum {string}
                 */
                kind: "order_open" | "order_paid" | "order_void" | "order_refunded" | "reservation_booked" | "reservation_seated" | "reservation_completed" | "reservation_cancelled" | "reservation_no_show" | "registered" | "merged";
                /**
                 * Format: uuid
                 * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
                 */
                location_id?: string;
                /**
                 * Format: uuid
                 * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
                 */
                merged_id?: string;
                /**
                 * Format: uuid
                 * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
                 */
                order_id?: string;
                /** @example 2 */
                party_size?: number;
                /** @example 1000 */
                refund_minor?: number;
                /**
                 * Format: uuid
                 * @example 0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50
                 */
                reservation_id?: string;
                /** @enum {string} */
                service: "customer";
                /** @example 3800 */
                spend_minor?: number;
                /** @example 4200 */
                total_minor?: number;
            } | {
                /**
                 * Format: date-time
                 * @description When the fact behind it happened
                 */
                at: string;
                /** Format: date */
                expires_on?: string | null;
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                kind: "points_earned" | "points_reversed" | "points_adjusted" | "points_forfeited";
                /** Format: uuid */
                order_id?: string | null;
                /** @description Positive: came; negative: went */
                points?: number;
                /** @enum {string} */
                service: "loyalty";
            })[];
            next_cursor: string | null;
            unavailable: components["schemas"]["UnavailablePart"][];
        };
        Token: {
            /** @example eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ... */
            access_token: string;
            /**
             * @description Seconds
             * @example 3600
             */
            expires_in: number;
            /**
             * @example Bearer
             * @enum {string}
             */
            token_type: "Bearer";
        };
        UnavailablePart: {
            /** @example loyalty */
            part: string;
            /**
             * @description away, slow, broken: ask again later; not_offered: no service brings it yet; not_permitted: not for your role
             * @example away
             * @enum {string}
             */
            reason: "away" | "slow" | "broken" | "not_offered" | "not_permitted";
            /** @example loyalty */
            service: string;
        };
        Verification: {
            /** @description First that does not fit */
            broken_at: number | null;
            /**
             * @description Entries looked at now
             * @example 4711
             */
            checked: number;
            /** @example 4711 */
            checked_to: number;
            /** @description The oldest entry kept */
            first: number | null;
            /** @example true */
            is_complete: boolean;
            /**
             * @description null: not complete yet
             * @example true
             */
            is_intact: boolean | null;
            reason: string | null;
        };
        WebhookDelivery: {
            attempts: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            delivered_at: string | null;
            /**
             * Format: uuid
             * @description In Webhook-Id, the same at every try
             */
            event_id: string;
            /** @example loyalty.points_earned.v1 */
            event_type: string;
            /** Format: uuid */
            id: string;
            is_replay: boolean;
            /** @enum {string|null} */
            last_error: "refused" | "timeout" | "certificate" | "unreachable" | "address_refused" | "secret_unreadable" | null;
            last_ms: number | null;
            /** @example 200 */
            last_status: number | null;
            /** Format: date-time */
            last_tried_at: string | null;
            /** Format: date-time */
            next_try_at: string | null;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed";
        };
        WebhookDeliveryPage: {
            items: components["schemas"]["WebhookDelivery"][];
            next_cursor: string | null;
        };
        WebhookEndpoint: {
            /** Format: date-time */
            created_at: string;
            /** @example Accounting */
            description: string;
            /**
             * @description Why it was switched off by itself: it answered 410, or failed for three days
             * @enum {string|null}
             */
            disabled_reason: "gone" | "failing" | null;
            /**
             * @description Event types, or all of one owner (loyalty.*), or all (*)
             * @example [
             *       "customer.registered.v1",
             *       "loyalty.*"
             *     ]
             */
            event_types: string[];
            /** Format: date-time */
            failing_since: string | null;
            /** @description Failed tries since the last success */
            failures: number;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            /**
             * Format: date-time
             * @description Since when its events are caught; null: not yet
             */
            listening_at: string | null;
            /**
             * Format: date-time
             * @description Left in peace until then, after many failures
             */
            paused_until: string | null;
            /**
             * Format: date-time
             * @description Until then the secret before signs too
             */
            previous_until: string | null;
            /** @example https://hooks.example.com/maitre */
            url: string;
        };
        WebhookEndpointChange: {
            /** @example Accounting */
            description?: string;
            /**
             * @description Event types, or all of one owner (loyalty.*), or all (*)
             * @example [
             *       "customer.registered.v1",
             *       "loyalty.*"
             *     ]
             */
            event_types?: ("*" | "customer.*" | "segmentation.*" | "campaign.*" | "loyalty.*" | "feedback.*" | "campaign.customer_data_erased.v1" | "customer.erased.v1" | "customer.location_changed.v1" | "customer.merged.v1" | "customer.order_corrected.v1" | "customer.order_placed.v1" | "customer.order_recorded.v1" | "customer.order_refunded.v1" | "customer.profile_changed.v1" | "customer.registered.v1" | "customer.reservation_booked.v1" | "customer.reservation_cancelled.v1" | "customer.reservation_changed.v1" | "customer.reservation_completed.v1" | "customer.reservation_no_show.v1" | "customer.tagged.v1" | "customer.unmerged.v1" | "feedback.customer_data_erased.v1" | "loyalty.customer_data_erased.v1" | "loyalty.enrolled.v1" | "loyalty.points_earned.v1" | "loyalty.points_reversed.v1" | "segmentation.customer_data_erased.v1")[];
            /**
             * @description Switching on forgets earlier failures
             * @example true
             */
            is_active?: boolean;
            /** @example https://hooks.example.com/maitre */
            url?: string;
        };
        WebhookEndpointPage: {
            items: components["schemas"]["WebhookEndpoint"][];
            next_cursor: string | null;
        };
        WebhookEndpointWithSecret: {
            /** Format: date-time */
            created_at: string;
            /** @example Accounting */
            description: string;
            /**
             * @description Why it was switched off by itself: it answered 410, or failed for three days
             * @enum {string|null}
             */
            disabled_reason: "gone" | "failing" | null;
            /**
             * @description Event types, or all of one owner (loyalty.*), or all (*)
             * @example [
             *       "customer.registered.v1",
             *       "loyalty.*"
             *     ]
             */
            event_types: string[];
            /** Format: date-time */
            failing_since: string | null;
            /** @description Failed tries since the last success */
            failures: number;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            /**
             * Format: date-time
             * @description Since when its events are caught; null: not yet
             */
            listening_at: string | null;
            /**
             * Format: date-time
             * @description Left in peace until then, after many failures
             */
            paused_until: string | null;
            /**
             * Format: date-time
             * @description Until then the secret before signs too
             */
            previous_until: string | null;
            /** @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw */
            secret: string;
            /** @example https://hooks.example.com/maitre */
            url: string;
        };
        WebhookEventType: {
            description: string;
            /** @example loyalty.points_earned.v1 */
            type: string;
        };
        WebhookEventTypes: {
            items: components["schemas"]["WebhookEventType"][];
        };
    };
    responses: {
        /** @description Bad Request */
        BAD_REQUEST: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:bad-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "Bad request syntax or unsupported method.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Conflict */
        CONFLICT: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:conflict",
                 *       "title": "Conflict",
                 *       "status": 409,
                 *       "detail": "Request conflict.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Any error */
        DEFAULT_ERROR: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:internal-error",
                 *       "title": "Internal Server Error",
                 *       "status": 500,
                 *       "detail": "Something went wrong.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Forbidden */
        FORBIDDEN: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:forbidden",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Your role may not do this.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Gone */
        GONE: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:gone",
                 *       "title": "Gone",
                 *       "status": 410,
                 *       "detail": "URI no longer exists and has been permanently removed.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not Found */
        NOT_FOUND: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:not-found",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "Nothing matches the given URI.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Precondition Failed */
        PRECONDITION_FAILED: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:changed-meanwhile",
                 *       "title": "Precondition Failed",
                 *       "status": 412,
                 *       "detail": "The record was changed since it was read.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Request Entity Too Large */
        REQUEST_ENTITY_TOO_LARGE: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:request-entity-too-large",
                 *       "title": "Request Entity Too Large",
                 *       "status": 413,
                 *       "detail": "Entity is too large.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Service Unavailable */
        SERVICE_UNAVAILABLE: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:service-unavailable",
                 *       "title": "Service Unavailable",
                 *       "status": 503,
                 *       "detail": "The server cannot process the request due to a high load.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too Many Requests */
        TOO_MANY_REQUESTS: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:too-many-requests",
                 *       "title": "Too Many Requests",
                 *       "status": 429,
                 *       "detail": "More than 3000 search requests in 60 s; wait 12 s.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *       "retry_after": 12
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unauthorized */
        UNAUTHORIZED: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:unauthenticated",
                 *       "title": "Unauthorized",
                 *       "status": 401,
                 *       "detail": "The token is not valid, has expired or was revoked.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unprocessable Entity */
        UNPROCESSABLE_ENTITY: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:invalid-request",
                 *       "title": "Unprocessable Entity",
                 *       "status": 422,
                 *       "detail": "The request's fields are not as the API describes them.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *       "errors": {
                 *         "lines.0.quantity": [
                 *           "Must be greater than or equal to 1 and less than or equal to 9999."
                 *         ]
                 *       }
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unsupported Media Type */
        UNSUPPORTED_MEDIA_TYPE: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:maitre:problem:unsupported-media-type",
                 *       "title": "Unsupported Media Type",
                 *       "status": 415,
                 *       "detail": "Entity body in unsupported format.",
                 *       "instance": "urn:request:01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_api_keys: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *           "name": "Till at the bar",
                     *           "prefix": "0f3a9c5e7b12",
                     *           "role": "till",
                     *           "scopes": [
                     *             "orders:write"
                     *           ],
                     *           "location_ids": null,
                     *           "created_at": "2026-03-01T18:30:00Z",
                     *           "last_used_at": "2026-03-01T18:30:00Z",
                     *           "expires_at": null,
                     *           "revoked_at": null,
                     *           "replaced_by_id": null
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_api_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Till at the bar",
                 *       "role": "till",
                 *       "scopes": [
                 *         "orders:write"
                 *       ],
                 *       "location_ids": null,
                 *       "expires_at": "2026-03-01T18:30:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "name": "Till at the bar",
                     *       "prefix": "0f3a9c5e7b12",
                     *       "role": "till",
                     *       "scopes": [
                     *         "orders:write"
                     *       ],
                     *       "location_ids": null,
                     *       "created_at": "2026-03-01T18:30:00Z",
                     *       "last_used_at": "2026-03-01T18:30:00Z",
                     *       "expires_at": null,
                     *       "revoked_at": null,
                     *       "replaced_by_id": null,
                     *       "key": "mk_0f3a9c5e7b12_..."
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    delete_api_keys_key_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "name": "Till at the bar",
                     *       "prefix": "0f3a9c5e7b12",
                     *       "role": "till",
                     *       "scopes": [
                     *         "orders:write"
                     *       ],
                     *       "location_ids": null,
                     *       "created_at": "2026-03-01T18:30:00Z",
                     *       "last_used_at": "2026-03-01T18:30:00Z",
                     *       "expires_at": null,
                     *       "revoked_at": null,
                     *       "replaced_by_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_api_keys_key_id_rotations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlap_hours": 24
                 *     }
                 */
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "name": "Till at the bar",
                     *       "prefix": "0f3a9c5e7b12",
                     *       "role": "till",
                     *       "scopes": [
                     *         "orders:write"
                     *       ],
                     *       "location_ids": null,
                     *       "created_at": "2026-03-01T18:30:00Z",
                     *       "last_used_at": "2026-03-01T18:30:00Z",
                     *       "expires_at": null,
                     *       "revoked_at": null,
                     *       "replaced_by_id": null,
                     *       "key": "mk_0f3a9c5e7b12_..."
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_audit: {
        parameters: {
            query?: {
                /** @description Operation id */
                action?: string | null;
                /** @description Entries of this member of staff or key */
                actor_id?: string | null;
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description Entries about this guest */
                customer_id?: string | null;
                /** @description At this instant or later */
                from?: string | null;
                kind?: "view" | "attempt" | "outcome" | "change" | "refused" | "sign_in" | null;
                /** @description How many at most */
                limit?: number;
                /** @description Entries in which exactly this text was looked for */
                searched?: string | null;
                /** @description Before this instant */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "sequence": 4711,
                     *           "at": "2026-02-14T19:30:00Z",
                     *           "kind": "view",
                     *           "actor_kind": "staff",
                     *           "actor_id": "01890a5d-ac96-774b-bcce-b302099a8001",
                     *           "actor_name": "host@example.com",
                     *           "actor_role": "host",
                     *           "action": "get_customers_customer_id",
                     *           "method": "GET",
                     *           "status": 200,
                     *           "customer_ids": [
                     *             "01890a5d-ac96-774b-bcce-b302099a8057"
                     *           ],
                     *           "customers": 1,
                     *           "times": 1,
                     *           "searched": [
                     *             "q:9f86d081884c7d659a2feaa0"
                     *           ],
                     *           "changed": [
                     *             "name"
                     *           ],
                     *           "request_id": "text",
                     *           "address": "anna.ruiz@example.com",
                     *           "attempt": 2,
                     *           "hash": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_audit_exports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "from": "2026-02-14T19:30:00Z",
                 *       "to": "2026-02-14T19:30:00Z",
                 *       "customer_id": "01890a5d-ac96-774b-bcce-b302099a8057",
                 *       "actor_id": "01890a5d-ac96-774b-bcce-b302099a8001",
                 *       "format": "csv"
                 *     }
                 */
                "application/json": components["schemas"]["NewExport"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job_id": "01890a5d-ac96-774b-bcce-b302099a8099"
                     *     }
                     */
                    "application/json": components["schemas"]["JobBegun"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_audit_exports_job_id_file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_audit_verification: {
        parameters: {
            query?: {
                /** @description checked_to of an answer that was not complete; absent: from the beginning */
                after?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "is_intact": true,
                     *       "is_complete": true,
                     *       "checked": 4711,
                     *       "checked_to": 4711,
                     *       "first": 2,
                     *       "broken_at": 2,
                     *       "reason": "Waited too long for the main course"
                     *     }
                     */
                    "application/json": components["schemas"]["Verification"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_auth_jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "kid": "t20260301",
                     *           "use": "sig",
                     *           "alg": "EdDSA",
                     *           "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JsonWebKeys"];
                };
            };
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_auth_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "current_password": "the present password",
                 *       "new_password": "four words or so, unusual"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "staff": {
                     *         "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *         "email": "owner@example.com",
                     *         "name": "Ana Garcia",
                     *         "role": "manager",
                     *         "location_ids": null,
                     *         "has_second_factor": true,
                     *         "must_change_password": false,
                     *         "must_add_second_factor": false
                     *       },
                     *       "sees": [
                     *         "contact",
                     *         "dietary"
                     *       ],
                     *       "csrf_token": "mZt0w0cJr3m9n5m2y7qW0fY0cM2v4b1nq3x8k6t5s4A",
                     *       "expires_at": "2026-03-01T18:30:00Z",
                     *       "idle_minutes": 120
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_auth_providers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "oidc": {
                     *         "name": "Example Workspace",
                     *         "login_url": "/admin/customers/api/v1/auth/oidc/login"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SignInProviders"];
                };
            };
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_auth_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                     *       "uri": "otpauth://totp/Ma%C3%AEtre:owner%40example.com?secret=..."
                     *     }
                     */
                    "application/json": components["schemas"]["NewSecondFactor"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    delete_auth_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "the present password"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordProof"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "staff": {
                     *         "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *         "email": "owner@example.com",
                     *         "name": "Ana Garcia",
                     *         "role": "manager",
                     *         "location_ids": null,
                     *         "has_second_factor": true,
                     *         "must_change_password": false,
                     *         "must_add_second_factor": false
                     *       },
                     *       "sees": [
                     *         "contact",
                     *         "dietary"
                     *       ],
                     *       "csrf_token": "mZt0w0cJr3m9n5m2y7qW0fY0cM2v4b1nq3x8k6t5s4A",
                     *       "expires_at": "2026-03-01T18:30:00Z",
                     *       "idle_minutes": 120
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_auth_second_factor_confirmations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "492039"
                 *     }
                 */
                "application/json": components["schemas"]["Code"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recovery_codes": [
                     *         "k7hm-x2pq-9rtw-b4nc"
                     *       ],
                     *       "session": {
                     *         "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *         "staff": {
                     *           "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *           "email": "owner@example.com",
                     *           "name": "Ana Garcia",
                     *           "role": "manager",
                     *           "location_ids": null,
                     *           "has_second_factor": true,
                     *           "must_change_password": false,
                     *           "must_add_second_factor": false
                     *         },
                     *         "sees": [
                     *           "contact",
                     *           "dietary"
                     *         ],
                     *         "csrf_token": "mZt0w0cJr3m9n5m2y7qW0fY0cM2v4b1nq3x8k6t5s4A",
                     *         "expires_at": "2026-03-01T18:30:00Z",
                     *         "idle_minutes": 120
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_auth_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "staff": {
                     *         "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *         "email": "owner@example.com",
                     *         "name": "Ana Garcia",
                     *         "role": "manager",
                     *         "location_ids": null,
                     *         "has_second_factor": true,
                     *         "must_change_password": false,
                     *         "must_add_second_factor": false
                     *       },
                     *       "sees": [
                     *         "contact",
                     *         "dietary"
                     *       ],
                     *       "csrf_token": "mZt0w0cJr3m9n5m2y7qW0fY0cM2v4b1nq3x8k6t5s4A",
                     *       "expires_at": "2026-03-01T18:30:00Z",
                     *       "idle_minutes": 120
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    delete_auth_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_auth_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *           "is_current": true,
                     *           "proof": "password",
                     *           "user_agent": "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)",
                     *           "created_at": "2026-03-01T18:30:00Z",
                     *           "last_seen_at": "2026-03-01T18:30:00Z",
                     *           "expires_at": "2026-03-01T18:30:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OwnSessionPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_auth_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "owner@example.com",
                 *       "password": "four words or so, unusual",
                 *       "code": "492039"
                 *     }
                 */
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "staff": {
                     *         "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *         "email": "owner@example.com",
                     *         "name": "Ana Garcia",
                     *         "role": "manager",
                     *         "location_ids": null,
                     *         "has_second_factor": true,
                     *         "must_change_password": false,
                     *         "must_add_second_factor": false
                     *       },
                     *       "sees": [
                     *         "contact",
                     *         "dietary"
                     *       ],
                     *       "csrf_token": "mZt0w0cJr3m9n5m2y7qW0fY0cM2v4b1nq3x8k6t5s4A",
                     *       "expires_at": "2026-03-01T18:30:00Z",
                     *       "idle_minutes": 120
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    delete_auth_sessions_session_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_auth_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "owner@example.com",
                 *       "password": "four words or so, unusual",
                 *       "code": "492039"
                 *     }
                 */
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ...",
                     *       "token_type": "Bearer",
                     *       "expires_in": 3600
                     *     }
                     */
                    "application/json": components["schemas"]["Token"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_customers: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
                /** @description Part of a name; for who sees contact details, of an address or number too */
                q?: string | null;
                tag?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "name": "Anna Ruiz",
                     *           "emails": [
                     *             {
                     *               "address": "anna.ruiz@example.com",
                     *               "is_primary": true
                     *             }
                     *           ],
                     *           "phones": [
                     *             {
                     *               "number": "+12025550143"
                     *             }
                     *           ],
                     *           "reachable": {
                     *             "email": true,
                     *             "phone": true
                     *           },
                     *           "external_ids": [
                     *             {
                     *               "source": "till",
                     *               "id": "10472"
                     *             }
                     *           ],
                     *           "birthday": {
                     *             "month": 5,
                     *             "day": 17,
                     *             "year": 1988
                     *           },
                     *           "anniversary": {
                     *             "month": 5,
                     *             "day": 17,
                     *             "year": 1988
                     *           },
                     *           "tags": [
                     *             "regular"
                     *           ],
                     *           "acquisition_source": "website",
                     *           "dietary": [
                     *             {
                     *               "kind": "allergy",
                     *               "name": "Anna Ruiz"
                     *             }
                     *           ],
                     *           "created_at": "2026-02-14T19:30:00Z",
                     *           "version": 3
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["GuestPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_customers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again get the same answer and change nothing (kept for 24 hours). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Anna Ruiz",
                 *       "emails": [
                 *         {
                 *           "address": "anna.ruiz@example.com",
                 *           "is_primary": true
                 *         }
                 *       ],
                 *       "phones": [
                 *         {
                 *           "number": "+12025550143"
                 *         }
                 *       ],
                 *       "external_ids": [
                 *         {
                 *           "source": "till",
                 *           "id": "10472"
                 *         }
                 *       ],
                 *       "birthday": {
                 *         "month": 5,
                 *         "day": 17,
                 *         "year": 1988
                 *       },
                 *       "anniversary": {
                 *         "month": 5,
                 *         "day": 17,
                 *         "year": 1988
                 *       },
                 *       "tags": [
                 *         "regular"
                 *       ],
                 *       "acquisition_source": "website",
                 *       "dietary": [
                 *         {
                 *           "kind": "allergy",
                 *           "name": "Anna Ruiz"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewGuest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "name": "Anna Ruiz",
                     *       "emails": [
                     *         {
                     *           "address": "anna.ruiz@example.com",
                     *           "is_primary": true
                     *         }
                     *       ],
                     *       "phones": [
                     *         {
                     *           "number": "+12025550143"
                     *         }
                     *       ],
                     *       "reachable": {
                     *         "email": true,
                     *         "phone": true
                     *       },
                     *       "external_ids": [
                     *         {
                     *           "source": "till",
                     *           "id": "10472"
                     *         }
                     *       ],
                     *       "birthday": {
                     *         "month": 5,
                     *         "day": 17,
                     *         "year": 1988
                     *       },
                     *       "anniversary": {
                     *         "month": 5,
                     *         "day": 17,
                     *         "year": 1988
                     *       },
                     *       "tags": [
                     *         "regular"
                     *       ],
                     *       "acquisition_source": "website",
                     *       "dietary": [
                     *         {
                     *           "kind": "allergy",
                     *           "name": "Anna Ruiz"
                     *         }
                     *       ],
                     *       "created_at": "2026-02-14T19:30:00Z",
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Guest"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_customers_customer_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "name": "Anna Ruiz",
                     *       "emails": [
                     *         {
                     *           "address": "anna.ruiz@example.com",
                     *           "is_primary": true
                     *         }
                     *       ],
                     *       "phones": [
                     *         {
                     *           "number": "+12025550143"
                     *         }
                     *       ],
                     *       "reachable": {
                     *         "email": true,
                     *         "phone": true
                     *       },
                     *       "external_ids": [
                     *         {
                     *           "source": "till",
                     *           "id": "10472"
                     *         }
                     *       ],
                     *       "birthday": {
                     *         "month": 5,
                     *         "day": 17,
                     *         "year": 1988
                     *       },
                     *       "anniversary": {
                     *         "month": 5,
                     *         "day": 17,
                     *         "year": 1988
                     *       },
                     *       "tags": [
                     *         "regular"
                     *       ],
                     *       "acquisition_source": "website",
                     *       "dietary": [
                     *         {
                     *           "kind": "allergy",
                     *           "name": "Anna Ruiz"
                     *         }
                     *       ],
                     *       "created_at": "2026-02-14T19:30:00Z",
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Guest"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    patch_customers_customer_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the edit started from; another one in force is a 412. */
                "If-Match"?: string;
            };
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Anna Ruiz",
                 *       "emails": [
                 *         {
                 *           "address": "anna.ruiz@example.com",
                 *           "is_primary": true
                 *         }
                 *       ],
                 *       "phones": [
                 *         {
                 *           "number": "+12025550143"
                 *         }
                 *       ],
                 *       "external_ids": [
                 *         {
                 *           "source": "till",
                 *           "id": "10472"
                 *         }
                 *       ],
                 *       "birthday": {
                 *         "month": 5,
                 *         "day": 17,
                 *         "year": 1988
                 *       },
                 *       "anniversary": {
                 *         "month": 5,
                 *         "day": 17,
                 *         "year": 1988
                 *       },
                 *       "tags": [
                 *         "regular"
                 *       ],
                 *       "acquisition_source": "website",
                 *       "dietary": [
                 *         {
                 *           "kind": "allergy",
                 *           "name": "Anna Ruiz"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["GuestChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "name": "Anna Ruiz",
                     *       "emails": [
                     *         {
                     *           "address": "anna.ruiz@example.com",
                     *           "is_primary": true
                     *         }
                     *       ],
                     *       "phones": [
                     *         {
                     *           "number": "+12025550143"
                     *         }
                     *       ],
                     *       "reachable": {
                     *         "email": true,
                     *         "phone": true
                     *       },
                     *       "external_ids": [
                     *         {
                     *           "source": "till",
                     *           "id": "10472"
                     *         }
                     *       ],
                     *       "birthday": {
                     *         "month": 5,
                     *         "day": 17,
                     *         "year": 1988
                     *       },
                     *       "anniversary": {
                     *         "month": 5,
                     *         "day": 17,
                     *         "year": 1988
                     *       },
                     *       "tags": [
                     *         "regular"
                     *       ],
                     *       "acquisition_source": "website",
                     *       "dietary": [
                     *         {
                     *           "kind": "allergy",
                     *           "name": "Anna Ruiz"
                     *         }
                     *       ],
                     *       "created_at": "2026-02-14T19:30:00Z",
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Guest"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            410: components["responses"]["GONE"];
            412: components["responses"]["PRECONDITION_FAILED"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_customers_customer_id_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "location_ids": [
                     *         "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                     *       ],
                     *       "currency": "USD",
                     *       "spend_minor": 2,
                     *       "orders": 2,
                     *       "visits": 2,
                     *       "visits_per_month": 2,
                     *       "visits_per_month_lifetime": 2,
                     *       "average_order_value_minor": 2,
                     *       "average_cheque_minor": 2,
                     *       "first_visit_on": "2026-02-14",
                     *       "last_visit_on": "2026-02-14",
                     *       "days_since_last_visit": 2
                     *     }
                     */
                    "application/json": components["schemas"]["Metrics"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_customers_customer_id_orders: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "source": "till",
                     *           "external_id": "T1-20260214-0042",
                     *           "version": 3,
                     *           "revision": 2,
                     *           "status": "paid",
                     *           "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "placed_at": "2026-02-14T19:30:00Z",
                     *           "business_day": "2026-02-14",
                     *           "channel": "text",
                     *           "currency": "USD",
                     *           "total_minor": 4875,
                     *           "tip_minor": 500,
                     *           "tax_minor": 400,
                     *           "refunded_minor": 2,
                     *           "spend_minor": 2,
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "attribution": "text",
                     *           "lines": [
                     *             {
                     *               "item_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "name": "Tiramisù",
                     *               "category": "starters",
                     *               "sku": "TIRA",
                     *               "quantity": 2,
                     *               "unit_price_minor": 1250,
                     *               "discount_minor": 2
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_customers_customer_id_profile: {
        parameters: {
            query?: {
                /** @description Names of parts, separated by commas; absent: all */
                parts?: string | null;
            };
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "customer_id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *       "parts": {
                     *         "guest": {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "name": "Anna Ruiz",
                     *           "emails": [
                     *             {
                     *               "address": "anna.ruiz@example.com",
                     *               "is_primary": true
                     *             }
                     *           ],
                     *           "phones": [
                     *             {
                     *               "number": "+12025550143"
                     *             }
                     *           ],
                     *           "reachable": {
                     *             "email": true,
                     *             "phone": true
                     *           },
                     *           "external_ids": [
                     *             {
                     *               "source": "till",
                     *               "id": "10472"
                     *             }
                     *           ],
                     *           "birthday": {
                     *             "month": 5,
                     *             "day": 17,
                     *             "year": 1988
                     *           },
                     *           "anniversary": {
                     *             "month": 5,
                     *             "day": 17,
                     *             "year": 1988
                     *           },
                     *           "tags": [
                     *             "regular"
                     *           ],
                     *           "acquisition_source": "website",
                     *           "dietary": [
                     *             {
                     *               "kind": "allergy",
                     *               "name": "Anna Ruiz"
                     *             }
                     *           ],
                     *           "created_at": "2026-02-14T19:30:00Z",
                     *           "version": 3
                     *         },
                     *         "metrics": {
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "location_ids": [
                     *             "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                     *           ],
                     *           "currency": "USD",
                     *           "spend_minor": 2,
                     *           "orders": 2,
                     *           "visits": 2,
                     *           "visits_per_month": 2,
                     *           "visits_per_month_lifetime": 2,
                     *           "average_order_value_minor": 2,
                     *           "average_cheque_minor": 2,
                     *           "first_visit_on": "2026-02-14",
                     *           "last_visit_on": "2026-02-14",
                     *           "days_since_last_visit": 2
                     *         },
                     *         "orders": {
                     *           "items": [
                     *             {
                     *               "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "source": "till",
                     *               "external_id": "T1-20260214-0042",
                     *               "version": 3,
                     *               "revision": 2,
                     *               "status": "paid",
                     *               "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "placed_at": "2026-02-14T19:30:00Z",
                     *               "business_day": "2026-02-14",
                     *               "channel": "text",
                     *               "currency": "USD",
                     *               "total_minor": 4875,
                     *               "tip_minor": 500,
                     *               "tax_minor": 400,
                     *               "refunded_minor": 2,
                     *               "spend_minor": 2,
                     *               "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "attribution": "text",
                     *               "lines": [
                     *                 {
                     *                   "item_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *                   "name": "Tiramisù",
                     *                   "category": "starters",
                     *                   "sku": "TIRA",
                     *                   "quantity": 2,
                     *                   "unit_price_minor": 1250,
                     *                   "discount_minor": 2
                     *                 }
                     *               ]
                     *             }
                     *           ]
                     *         },
                     *         "reservations": {
                     *           "items": [
                     *             {
                     *               "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "source": "till",
                     *               "external_id": "T1-20260214-0042",
                     *               "version": 3,
                     *               "revision": 2,
                     *               "status": "booked",
                     *               "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "starts_at": "2026-02-14T19:30:00Z",
                     *               "business_day": "2026-02-14",
                     *               "party_size": 4,
                     *               "area": "terrace",
                     *               "requests": "A quiet table, please",
                     *               "occasion": "birthday",
                     *               "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "attribution": "text"
                     *             }
                     *           ]
                     *         },
                     *         "loyalty": {
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "balance": 2,
                     *           "pending": 2,
                     *           "held": 2,
                     *           "tier": "text",
                     *           "next_tier": {
                     *             "name": "Anna Ruiz",
                     *             "missing": 2
                     *           },
                     *           "enrolled_at": "2026-02-14T19:30:00Z"
                     *         }
                     *       },
                     *       "unavailable": [
                     *         {
                     *           "part": "loyalty",
                     *           "service": "loyalty",
                     *           "reason": "away"
                     *         }
                     *       ],
                     *       "as_of": "2026-03-14T18:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_customers_customer_id_reservations: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "source": "till",
                     *           "external_id": "T1-20260214-0042",
                     *           "version": 3,
                     *           "revision": 2,
                     *           "status": "booked",
                     *           "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "starts_at": "2026-02-14T19:30:00Z",
                     *           "business_day": "2026-02-14",
                     *           "party_size": 4,
                     *           "area": "terrace",
                     *           "requests": "A quiet table, please",
                     *           "occasion": "birthday",
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "attribution": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["ReservationPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_customers_customer_id_timeline: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description Separated by commas; absent: all */
                kinds?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *           "at": "2026-03-14T18:30:00Z",
                     *           "kind": "order_paid",
                     *           "location_id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *           "order_id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *           "channel": "dine_in",
                     *           "currency": "USD",
                     *           "total_minor": 4200,
                     *           "spend_minor": 3800,
                     *           "refund_minor": 1000,
                     *           "reservation_id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *           "party_size": 2,
                     *           "acquisition_source": "walk-in",
                     *           "merged_id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *           "service": "customer"
                     *         }
                     *       ],
                     *       "next_cursor": "text",
                     *       "unavailable": [
                     *         {
                     *           "part": "loyalty",
                     *           "service": "loyalty",
                     *           "reason": "away"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_customers_lookup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "anna.ruiz@example.com",
                 *       "phone": "+12025550143",
                 *       "external_id": {
                 *         "source": "till",
                 *         "id": "10472"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Lookup"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "name": "Anna Ruiz",
                     *           "emails": [
                     *             {
                     *               "address": "anna.ruiz@example.com",
                     *               "is_primary": true
                     *             }
                     *           ],
                     *           "phones": [
                     *             {
                     *               "number": "+12025550143"
                     *             }
                     *           ],
                     *           "reachable": {
                     *             "email": true,
                     *             "phone": true
                     *           },
                     *           "external_ids": [
                     *             {
                     *               "source": "till",
                     *               "id": "10472"
                     *             }
                     *           ],
                     *           "birthday": {
                     *             "month": 5,
                     *             "day": 17,
                     *             "year": 1988
                     *           },
                     *           "anniversary": {
                     *             "month": 5,
                     *             "day": 17,
                     *             "year": 1988
                     *           },
                     *           "tags": [
                     *             "regular"
                     *           ],
                     *           "acquisition_source": "website",
                     *           "dietary": [
                     *             {
                     *               "kind": "allergy",
                     *               "name": "Anna Ruiz"
                     *             }
                     *           ],
                     *           "created_at": "2026-02-14T19:30:00Z",
                     *           "version": 3
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LookedUp"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_customers_merges: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again get the same answer and change nothing (kept for 24 hours). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "survivor_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *       "merged_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                 *     }
                 */
                "application/json": components["schemas"]["NewMerge"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "survivor_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "merged_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "merged_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Merge"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            410: components["responses"]["GONE"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    delete_customers_merges_merge_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                merge_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_dashboard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "persona": "owner",
                     *       "success_metrics": [
                     *         {
                     *           "key": "retention_rate",
                     *           "label": "Customer retention rate",
                     *           "value": 0.34,
                     *           "unit": "ratio",
                     *           "formula": "text",
                     *           "baseline": {
                     *             "value": 0.29,
                     *             "n": 1204,
                     *             "window": {
                     *               "from": "2026-03-14",
                     *               "to": "2026-02-14"
                     *             },
                     *             "basis": "year_earlier"
                     *           },
                     *           "target": {
                     *             "kind": "increase",
                     *             "by": 0.2,
                     *             "value": 0.35
                     *           },
                     *           "interval": {
                     *             "low": 0.31,
                     *             "high": 0.37,
                     *             "method": "wilson"
                     *           },
                     *           "n": 1391,
                     *           "window": {
                     *             "from": "2026-03-14",
                     *             "to": "2026-02-14"
                     *           },
                     *           "status": "reached",
                     *           "service": "customer",
                     *           "as_of": "2026-03-14T18:30:00Z"
                     *         }
                     *       ],
                     *       "tiles": [
                     *         {
                     *           "key": "new_guests",
                     *           "label": "New guests in 7 days",
                     *           "value": 23,
                     *           "previous": 19,
                     *           "unit": "count",
                     *           "currency": "USD",
                     *           "window": {
                     *             "from": "2026-03-14",
                     *             "to": "2026-02-14"
                     *           },
                     *           "service": "customer"
                     *         }
                     *       ],
                     *       "unavailable": [
                     *         {
                     *           "part": "loyalty",
                     *           "service": "loyalty",
                     *           "reason": "away"
                     *         }
                     *       ],
                     *       "as_of": "2026-03-14T18:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["TOO_MANY_REQUESTS"];
        };
    };
    get_edge_messages: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
                /** @description A provider's name, or a kind other than webhook */
                part?: string | null;
                state?: "waiting" | "delivered" | "refused" | "expired" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0197f0a2-6c1e-7c3a-9d55-2f1d8f6f0a11",
                     *           "kind": "webhook",
                     *           "source": "sendgrid",
                     *           "state": "delivered",
                     *           "service": "campaign",
                     *           "attempts": 1,
                     *           "last_answer": null,
                     *           "size": 812,
                     *           "received_at": "2026-11-20T18:30:00Z",
                     *           "delivered_at": "2026-11-20T18:30:01Z",
                     *           "next_try_at": null
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["EdgeMessagePage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_edge_messages_message_id_replays: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0197f0a2-6c1e-7c3a-9d55-2f1d8f6f0a11",
                     *       "kind": "webhook",
                     *       "source": "sendgrid",
                     *       "state": "delivered",
                     *       "service": "campaign",
                     *       "attempts": 1,
                     *       "last_answer": null,
                     *       "size": 812,
                     *       "received_at": "2026-11-20T18:30:00Z",
                     *       "delivered_at": "2026-11-20T18:30:01Z",
                     *       "next_try_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["EdgeMessage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            410: components["responses"]["GONE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_jobs: {
        parameters: {
            query?: {
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *           "kind": "import",
                     *           "state": "running",
                     *           "done": 4200,
                     *           "total": 10000,
                     *           "created_at": "2026-03-14T18:30:00Z",
                     *           "service": "customer"
                     *         }
                     *       ],
                     *       "unavailable": [
                     *         {
                     *           "part": "loyalty",
                     *           "service": "loyalty",
                     *           "reason": "away"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Jobs"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_jobs_job_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01890a5d-ac96-774b-bcce-b302099a8099",
                     *       "kind": "audit_export",
                     *       "state": "running",
                     *       "done": 4200,
                     *       "total": 10000,
                     *       "result": {},
                     *       "error": "text",
                     *       "created_at": "2026-02-14T19:30:00Z",
                     *       "updated_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["JobState"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_jobs_job_id_cancellations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01890a5d-ac96-774b-bcce-b302099a8099",
                     *       "kind": "audit_export",
                     *       "state": "running",
                     *       "done": 4200,
                     *       "total": 10000,
                     *       "result": {},
                     *       "error": "text",
                     *       "created_at": "2026-02-14T19:30:00Z",
                     *       "updated_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["JobState"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_locations: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "name": "Dupont Circle",
                     *           "zone": "America/New_York",
                     *           "is_default": true,
                     *           "opening_hours": [
                     *             {
                     *               "day": "mon",
                     *               "opens": "11:30",
                     *               "closes": "23:00"
                     *             }
                     *           ],
                     *           "version": 3
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["LocationPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_locations: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again get the same answer and change nothing (kept for 24 hours). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Dupont Circle",
                 *       "zone": "America/New_York",
                 *       "is_default": false,
                 *       "opening_hours": [
                 *         {
                 *           "day": "mon",
                 *           "opens": "11:30",
                 *           "closes": "23:00"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewLocation"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "name": "Dupont Circle",
                     *       "zone": "America/New_York",
                     *       "is_default": true,
                     *       "opening_hours": [
                     *         {
                     *           "day": "mon",
                     *           "opens": "11:30",
                     *           "closes": "23:00"
                     *         }
                     *       ],
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Location"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_locations_location_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                location_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "name": "Dupont Circle",
                     *       "zone": "America/New_York",
                     *       "is_default": true,
                     *       "opening_hours": [
                     *         {
                     *           "day": "mon",
                     *           "opens": "11:30",
                     *           "closes": "23:00"
                     *         }
                     *       ],
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Location"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    patch_locations_location_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the edit started from; another one in force is a 412. */
                "If-Match"?: string;
            };
            path: {
                location_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Dupont Circle",
                 *       "zone": "America/New_York",
                 *       "is_default": true,
                 *       "opening_hours": [
                 *         {
                 *           "day": "mon",
                 *           "opens": "11:30",
                 *           "closes": "23:00"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["LocationChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "name": "Dupont Circle",
                     *       "zone": "America/New_York",
                     *       "is_default": true,
                     *       "opening_hours": [
                     *         {
                     *           "day": "mon",
                     *           "opens": "11:30",
                     *           "closes": "23:00"
                     *         }
                     *       ],
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Location"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            412: components["responses"]["PRECONDITION_FAILED"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_loyalty_members_customer_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "balance": 2,
                     *       "pending": 2,
                     *       "held": 2,
                     *       "tier": "text",
                     *       "next_tier": {
                     *         "name": "Anna Ruiz",
                     *         "missing": 2
                     *       },
                     *       "enrolled_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Member"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_loyalty_members_customer_id_entries: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "kind": "adjust",
                     *           "points": 50,
                     *           "order_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "occurred_at": "2026-02-14T19:30:00Z",
                     *           "booked_at": "2026-02-14T19:30:00Z",
                     *           "expires_on": "2026-02-14",
                     *           "reason": "Waited too long for the main course",
                     *           "actor": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["EntryPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_loyalty_members_customer_id_entries: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again get the same answer and change nothing (kept for 24 hours). */
                "Idempotency-Key"?: string;
            };
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "adjust",
                 *       "points": 50,
                 *       "reason": "Waited too long for the main course"
                 *     }
                 */
                "application/json": components["schemas"]["NewEntry"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "kind": "adjust",
                     *       "points": 50,
                     *       "order_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "occurred_at": "2026-02-14T19:30:00Z",
                     *       "booked_at": "2026-02-14T19:30:00Z",
                     *       "expires_on": "2026-02-14",
                     *       "reason": "Waited too long for the main course",
                     *       "actor": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
                     *     }
                     */
                    "application/json": components["schemas"]["Entry"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_loyalty_programme: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "points_per_unit": 2,
                     *       "starts_on": "2026-02-14"
                     *     }
                     */
                    "application/json": components["schemas"]["Programme"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": Record<string, never>;
                };
            };
            429: components["responses"]["TOO_MANY_REQUESTS"];
        };
    };
    get_orders: {
        parameters: {
            query: {
                attribution: "ambiguous";
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "source": "till",
                     *           "external_id": "T1-20260214-0042",
                     *           "version": 3,
                     *           "revision": 2,
                     *           "status": "paid",
                     *           "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "placed_at": "2026-02-14T19:30:00Z",
                     *           "business_day": "2026-02-14",
                     *           "channel": "text",
                     *           "currency": "USD",
                     *           "total_minor": 4875,
                     *           "tip_minor": 500,
                     *           "tax_minor": 400,
                     *           "refunded_minor": 2,
                     *           "spend_minor": 2,
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "attribution": "text",
                     *           "lines": [
                     *             {
                     *               "item_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *               "name": "Tiramisù",
                     *               "category": "starters",
                     *               "sku": "TIRA",
                     *               "quantity": 2,
                     *               "unit_price_minor": 1250,
                     *               "discount_minor": 2
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_orders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "source": "till",
                 *       "external_id": "T1-20260214-0042",
                 *       "version": 1,
                 *       "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *       "status": "paid",
                 *       "placed_at": "2026-02-14T19:30:00Z",
                 *       "channel": "dine_in",
                 *       "currency": "USD",
                 *       "total_minor": 4875,
                 *       "tip_minor": 500,
                 *       "tax_minor": 400,
                 *       "guest": {
                 *         "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *         "external_id": "T1-20260214-0042",
                 *         "email": "anna.ruiz@example.com",
                 *         "phone": "+12025550143",
                 *         "name": "Anna Ruiz"
                 *       },
                 *       "lines": [
                 *         {
                 *           "name": "Tiramisù",
                 *           "sku": "TIRA",
                 *           "category": "starters",
                 *           "quantity": 2,
                 *           "unit_price_minor": 1250,
                 *           "discount_minor": 2
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewOrder"] | components["schemas"]["NewOrder"][];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "external_id": "T1-20260214-0042",
                     *           "order_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "outcome": "created",
                     *           "problem": {
                     *             "type": "urn:maitre:problem:service-unavailable",
                     *             "title": "Service Unavailable",
                     *             "detail": "The loyalty service is away.",
                     *             "errors": {
                     *               "name": [
                     *                 "text"
                     *               ]
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OrderOutcomes"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_orders_order_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "source": "till",
                     *       "external_id": "T1-20260214-0042",
                     *       "version": 3,
                     *       "revision": 2,
                     *       "status": "paid",
                     *       "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "placed_at": "2026-02-14T19:30:00Z",
                     *       "business_day": "2026-02-14",
                     *       "channel": "text",
                     *       "currency": "USD",
                     *       "total_minor": 4875,
                     *       "tip_minor": 500,
                     *       "tax_minor": 400,
                     *       "refunded_minor": 2,
                     *       "spend_minor": 2,
                     *       "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "attribution": "text",
                     *       "lines": [
                     *         {
                     *           "item_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "name": "Tiramisù",
                     *           "category": "starters",
                     *           "sku": "TIRA",
                     *           "quantity": 2,
                     *           "unit_price_minor": 1250,
                     *           "discount_minor": 2
                     *         }
                     *       ],
                     *       "refunds": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "order_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "external_id": "T1-20260214-0042",
                     *           "amount_minor": 1250,
                     *           "refunded_at": "2026-02-14T19:30:00Z",
                     *           "reason": "Waited too long for the main course"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OrderDetail"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_orders_order_id_refunds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "external_id": "T1-20260214-0042",
                 *       "amount_minor": 1250,
                 *       "refunded_at": "2026-02-14T19:30:00Z",
                 *       "reason": "Waited too long for the main course"
                 *     }
                 */
                "application/json": components["schemas"]["NewRefund"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "order_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "external_id": "T1-20260214-0042",
                     *       "amount_minor": 1250,
                     *       "refunded_at": "2026-02-14T19:30:00Z",
                     *       "reason": "Waited too long for the main course"
                     *     }
                     */
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_organisation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "Casa Ruiz",
                     *       "countries": [
                     *         "US"
                     *       ],
                     *       "currency": "USD",
                     *       "postal_address": "12 Main Street, Washington, DC 20001",
                     *       "default_zone": "America/New_York",
                     *       "business_day_starts_at": "04:00",
                     *       "spend_includes_tax": true,
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Organisation"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    patch_organisation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the edit started from; another one in force is a 412. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Casa Ruiz",
                 *       "countries": [
                 *         "US"
                 *       ],
                 *       "currency": "USD",
                 *       "postal_address": "12 Main Street, Washington, DC 20001",
                 *       "default_zone": "America/New_York",
                 *       "business_day_starts_at": "04:00"
                 *     }
                 */
                "application/json": components["schemas"]["OrganisationChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "Casa Ruiz",
                     *       "countries": [
                     *         "US"
                     *       ],
                     *       "currency": "USD",
                     *       "postal_address": "12 Main Street, Washington, DC 20001",
                     *       "default_zone": "America/New_York",
                     *       "business_day_starts_at": "04:00",
                     *       "spend_includes_tax": true,
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["Organisation"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            412: components["responses"]["PRECONDITION_FAILED"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_p_push_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk",
                 *       "expirationTime": null,
                 *       "keys": {
                 *         "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                 *         "auth": "BTBZMqHH6r4Tts7J_aSIgg"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PushSubscription"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BAD_REQUEST"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            503: components["responses"]["SERVICE_UNAVAILABLE"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_privacy_requests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again get the same answer and change nothing (kept for 24 hours). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *       "kind": "erasure"
                 *     }
                 */
                "application/json": components["schemas"]["NewPrivacyRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "kind": "adjust",
                     *       "state": "processing",
                     *       "requested_at": "2026-02-14T19:30:00Z",
                     *       "completed_at": "2026-02-14T19:30:00Z",
                     *       "waiting_for": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PrivacyRequest"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_privacy_requests_request_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "kind": "adjust",
                     *       "state": "processing",
                     *       "requested_at": "2026-02-14T19:30:00Z",
                     *       "completed_at": "2026-02-14T19:30:00Z",
                     *       "waiting_for": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PrivacyRequest"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_providers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "twilio",
                     *           "title": "Twilio",
                     *           "purposes": [
                     *             "sms"
                     *           ],
                     *           "is_enabled": true,
                     *           "used_by": [
                     *             "campaign"
                     *           ],
                     *           "settings": [
                     *             {
                     *               "name": "auth_token",
                     *               "title": "Auth token",
                     *               "uses": [
                     *                 "webhooks",
                     *                 "sending"
                     *               ],
                     *               "is_secret": true,
                     *               "is_optional": false,
                     *               "is_set": true,
                     *               "value": null,
                     *               "ends_with": "9f3c"
                     *             }
                     *           ],
                     *           "webhook": {
                     *             "url": "https://crm.example.com/webhooks/twilio",
                     *             "is_ready": true,
                     *             "missing": [],
                     *             "taken_by": "campaign",
                     *             "accepted": 1204,
                     *             "repeated": 3,
                     *             "refused": 0,
                     *             "last_accepted_at": "2026-11-20T18:30:00Z",
                     *             "last_refused_at": null,
                     *             "silent_minutes": 12,
                     *             "hint": null
                     *           },
                     *           "updated_at": "2026-11-20T18:30:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["ProviderList"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_providers_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "twilio",
                     *       "title": "Twilio",
                     *       "purposes": [
                     *         "sms"
                     *       ],
                     *       "is_enabled": true,
                     *       "used_by": [
                     *         "campaign"
                     *       ],
                     *       "settings": [
                     *         {
                     *           "name": "auth_token",
                     *           "title": "Auth token",
                     *           "uses": [
                     *             "webhooks",
                     *             "sending"
                     *           ],
                     *           "is_secret": true,
                     *           "is_optional": false,
                     *           "is_set": true,
                     *           "value": null,
                     *           "ends_with": "9f3c"
                     *         }
                     *       ],
                     *       "webhook": {
                     *         "url": "https://crm.example.com/webhooks/twilio",
                     *         "is_ready": true,
                     *         "missing": [],
                     *         "taken_by": "campaign",
                     *         "accepted": 1204,
                     *         "repeated": 3,
                     *         "refused": 0,
                     *         "last_accepted_at": "2026-11-20T18:30:00Z",
                     *         "last_refused_at": null,
                     *         "silent_minutes": 12,
                     *         "hint": null
                     *       },
                     *       "updated_at": "2026-11-20T18:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Provider"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    put_providers_name: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the edit started from; another one in force is a 412. */
                "If-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "is_enabled": true,
                 *       "settings": {
                 *         "account_sid": "AC0123456789abcdef0123456789abcdef",
                 *         "auth_token": "0123456789abcdef"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ProviderSettings"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "twilio",
                     *       "title": "Twilio",
                     *       "purposes": [
                     *         "sms"
                     *       ],
                     *       "is_enabled": true,
                     *       "used_by": [
                     *         "campaign"
                     *       ],
                     *       "settings": [
                     *         {
                     *           "name": "auth_token",
                     *           "title": "Auth token",
                     *           "uses": [
                     *             "webhooks",
                     *             "sending"
                     *           ],
                     *           "is_secret": true,
                     *           "is_optional": false,
                     *           "is_set": true,
                     *           "value": null,
                     *           "ends_with": "9f3c"
                     *         }
                     *       ],
                     *       "webhook": {
                     *         "url": "https://crm.example.com/webhooks/twilio",
                     *         "is_ready": true,
                     *         "missing": [],
                     *         "taken_by": "campaign",
                     *         "accepted": 1204,
                     *         "repeated": 3,
                     *         "refused": 0,
                     *         "last_accepted_at": "2026-11-20T18:30:00Z",
                     *         "last_refused_at": null,
                     *         "silent_minutes": 12,
                     *         "hint": null
                     *       },
                     *       "updated_at": "2026-11-20T18:30:00Z",
                     *       "made": {}
                     *     }
                     */
                    "application/json": components["schemas"]["ProviderSetUp"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            412: components["responses"]["PRECONDITION_FAILED"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_reports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "key": "acquisition",
                     *           "label": "Customer acquisition",
                     *           "path": "/reports/acquisition",
                     *           "service": "customer",
                     *           "is_offered": true,
                     *           "roles": [
                     *             "text"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Reports"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_reservations: {
        parameters: {
            query: {
                attribution: "ambiguous";
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "source": "till",
                     *           "external_id": "T1-20260214-0042",
                     *           "version": 3,
                     *           "revision": 2,
                     *           "status": "booked",
                     *           "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "starts_at": "2026-02-14T19:30:00Z",
                     *           "business_day": "2026-02-14",
                     *           "party_size": 4,
                     *           "area": "terrace",
                     *           "requests": "A quiet table, please",
                     *           "occasion": "birthday",
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "attribution": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["ReservationPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_reservations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "source": "till",
                 *       "external_id": "T1-20260214-0042",
                 *       "version": 1,
                 *       "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *       "starts_at": "2026-02-14T19:30:00Z",
                 *       "party_size": 4,
                 *       "status": "booked",
                 *       "guest": {
                 *         "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                 *         "external_id": "T1-20260214-0042",
                 *         "email": "anna.ruiz@example.com",
                 *         "phone": "+12025550143",
                 *         "name": "Anna Ruiz"
                 *       },
                 *       "area": "terrace",
                 *       "requests": "A quiet table, please",
                 *       "occasion": "birthday"
                 *     }
                 */
                "application/json": components["schemas"]["NewReservation"] | components["schemas"]["NewReservation"][];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "external_id": "T1-20260214-0042",
                     *           "reservation_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "outcome": "created",
                     *           "problem": {
                     *             "type": "urn:maitre:problem:service-unavailable",
                     *             "title": "Service Unavailable",
                     *             "detail": "The loyalty service is away.",
                     *             "errors": {
                     *               "name": [
                     *                 "text"
                     *               ]
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ReservationOutcomes"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_reservations_reservation_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                reservation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "source": "till",
                     *       "external_id": "T1-20260214-0042",
                     *       "version": 3,
                     *       "revision": 2,
                     *       "status": "booked",
                     *       "location_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "starts_at": "2026-02-14T19:30:00Z",
                     *       "business_day": "2026-02-14",
                     *       "party_size": 4,
                     *       "area": "terrace",
                     *       "requests": "A quiet table, please",
                     *       "occasion": "birthday",
                     *       "customer_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "attribution": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Reservation"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_search_suggestions: {
        parameters: {
            query: {
                /** @description How many at most */
                limit?: number;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "kind": "customer",
                     *           "id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50",
                     *           "label": "Lucía García",
                     *           "tags": [
                     *             "regular"
                     *           ],
                     *           "phone_ends": "88",
                     *           "service": "customer"
                     *         }
                     *       ],
                     *       "unavailable": [
                     *         {
                     *           "part": "loyalty",
                     *           "service": "loyalty",
                     *           "reason": "away"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SearchSuggestions"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_staff: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *           "email": "ana.garcia@example.com",
                     *           "name": "Ana Garcia",
                     *           "role": "manager",
                     *           "location_ids": null,
                     *           "is_active": true,
                     *           "has_password": true,
                     *           "must_change_password": false,
                     *           "has_second_factor": true,
                     *           "last_signed_in_at": "2026-03-01T18:30:00Z",
                     *           "created_at": "2026-03-01T18:30:00Z",
                     *           "version": 3
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["StaffMemberPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_staff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ana.garcia@example.com",
                 *       "name": "Ana Garcia",
                 *       "password": "four words or so, unusual",
                 *       "must_change_password": true,
                 *       "role": "manager",
                 *       "location_ids": null
                 *     }
                 */
                "application/json": components["schemas"]["NewStaff"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "email": "ana.garcia@example.com",
                     *       "name": "Ana Garcia",
                     *       "role": "manager",
                     *       "location_ids": null,
                     *       "is_active": true,
                     *       "has_password": true,
                     *       "must_change_password": false,
                     *       "has_second_factor": true,
                     *       "last_signed_in_at": "2026-03-01T18:30:00Z",
                     *       "created_at": "2026-03-01T18:30:00Z",
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["StaffMember"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_staff_staff_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                staff_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "email": "ana.garcia@example.com",
                     *       "name": "Ana Garcia",
                     *       "role": "manager",
                     *       "location_ids": null,
                     *       "is_active": true,
                     *       "has_password": true,
                     *       "must_change_password": false,
                     *       "has_second_factor": true,
                     *       "last_signed_in_at": "2026-03-01T18:30:00Z",
                     *       "created_at": "2026-03-01T18:30:00Z",
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["StaffMember"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    patch_staff_staff_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the edit started from; another one in force is a 412. */
                "If-Match"?: string;
            };
            path: {
                staff_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ana Garcia",
                 *       "role": "manager",
                 *       "location_ids": null,
                 *       "is_active": true
                 *     }
                 */
                "application/json": components["schemas"]["StaffChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                     *       "email": "ana.garcia@example.com",
                     *       "name": "Ana Garcia",
                     *       "role": "manager",
                     *       "location_ids": null,
                     *       "is_active": true,
                     *       "has_password": true,
                     *       "must_change_password": false,
                     *       "has_second_factor": true,
                     *       "last_signed_in_at": "2026-03-01T18:30:00Z",
                     *       "created_at": "2026-03-01T18:30:00Z",
                     *       "version": 3
                     *     }
                     */
                    "application/json": components["schemas"]["StaffMember"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            412: components["responses"]["PRECONDITION_FAILED"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_staff_staff_id_password_resets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                staff_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "temporary_password": "Zk3_mPq8vL2xWd9R"
                     *     }
                     */
                    "application/json": components["schemas"]["TemporaryPassword"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    delete_staff_staff_id_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                staff_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_stream: {
        parameters: {
            query?: never;
            header?: {
                /** @description The last `id` received: what was missed since is told first, or `reload` where that is not known. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-Sent Events. The event's name is the topic; its data names the event's `type`, `at`, the `customer_id` (null where it is about no guest) and the plain fields you may see. `reload` asks you to fetch anew what you show, at a random moment within `spread_ms`: messages may be missing. A role or sign-in that changes ends the stream within seconds. An EventSource gives up after an answer other than 200: open a new one after a while. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 3000
                     *     id: 5f0c2a91-41
                     *
                     *     event: points
                     *     id: 5f0c2a91-42
                     *     data: {"type":"loyalty.points_earned.v1","at":"2026-03-01T19:30:00Z","customer_id":"019a9a6e-0000-7000-8000-000000000000","points":84,"balance":84}
                     *
                     *     event: reload
                     *     id: 5f0c2a91-43
                     *     data: {"reason":"gap","spread_ms":250}
                     */
                    "text/event-stream": string;
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            503: components["responses"]["SERVICE_UNAVAILABLE"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_webhook_endpoints: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "url": "https://hooks.example.com/maitre",
                     *           "description": "Accounting",
                     *           "event_types": [
                     *             "customer.registered.v1",
                     *             "loyalty.*"
                     *           ],
                     *           "is_active": true,
                     *           "disabled_reason": "gone",
                     *           "listening_at": "2026-02-14T19:30:00Z",
                     *           "failures": 2,
                     *           "failing_since": "2026-02-14T19:30:00Z",
                     *           "paused_until": "2026-02-14T19:30:00Z",
                     *           "previous_until": "2026-02-14T19:30:00Z",
                     *           "created_at": "2026-02-14T19:30:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpointPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_webhook_endpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hooks.example.com/maitre",
                 *       "event_types": [
                 *         "customer.registered.v1",
                 *         "loyalty.*"
                 *       ],
                 *       "description": "Accounting"
                 *     }
                 */
                "application/json": components["schemas"]["NewWebhookEndpoint"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "url": "https://hooks.example.com/maitre",
                     *       "description": "Accounting",
                     *       "event_types": [
                     *         "customer.registered.v1",
                     *         "loyalty.*"
                     *       ],
                     *       "is_active": true,
                     *       "disabled_reason": "gone",
                     *       "listening_at": "2026-02-14T19:30:00Z",
                     *       "failures": 2,
                     *       "failing_since": "2026-02-14T19:30:00Z",
                     *       "paused_until": "2026-02-14T19:30:00Z",
                     *       "previous_until": "2026-02-14T19:30:00Z",
                     *       "created_at": "2026-02-14T19:30:00Z",
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            409: components["responses"]["CONFLICT"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_webhook_endpoints_endpoint_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "url": "https://hooks.example.com/maitre",
                     *       "description": "Accounting",
                     *       "event_types": [
                     *         "customer.registered.v1",
                     *         "loyalty.*"
                     *       ],
                     *       "is_active": true,
                     *       "disabled_reason": "gone",
                     *       "listening_at": "2026-02-14T19:30:00Z",
                     *       "failures": 2,
                     *       "failing_since": "2026-02-14T19:30:00Z",
                     *       "paused_until": "2026-02-14T19:30:00Z",
                     *       "previous_until": "2026-02-14T19:30:00Z",
                     *       "created_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    delete_webhook_endpoints_endpoint_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    patch_webhook_endpoints_endpoint_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the edit started from; another one in force is a 412. */
                "If-Match"?: string;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hooks.example.com/maitre",
                 *       "event_types": [
                 *         "customer.registered.v1",
                 *         "loyalty.*"
                 *       ],
                 *       "description": "Accounting",
                 *       "is_active": true
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEndpointChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "url": "https://hooks.example.com/maitre",
                     *       "description": "Accounting",
                     *       "event_types": [
                     *         "customer.registered.v1",
                     *         "loyalty.*"
                     *       ],
                     *       "is_active": true,
                     *       "disabled_reason": "gone",
                     *       "listening_at": "2026-02-14T19:30:00Z",
                     *       "failures": 2,
                     *       "failing_since": "2026-02-14T19:30:00Z",
                     *       "paused_until": "2026-02-14T19:30:00Z",
                     *       "previous_until": "2026-02-14T19:30:00Z",
                     *       "created_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            412: components["responses"]["PRECONDITION_FAILED"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_webhook_endpoints_endpoint_id_deliveries: {
        parameters: {
            query?: {
                /** @description From next_cursor */
                cursor?: string | null;
                /** @description How many at most */
                limit?: number;
                state?: "pending" | "delivered" | "failed" | null;
            };
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "event_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *           "event_type": "loyalty.points_earned.v1",
                     *           "is_replay": true,
                     *           "state": "pending",
                     *           "attempts": 2,
                     *           "next_try_at": "2026-02-14T19:30:00Z",
                     *           "last_tried_at": "2026-02-14T19:30:00Z",
                     *           "last_status": 200,
                     *           "last_error": "refused",
                     *           "last_ms": 2,
                     *           "delivered_at": "2026-02-14T19:30:00Z",
                     *           "created_at": "2026-02-14T19:30:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_webhook_endpoints_endpoint_id_deliveries_delivery_id_replays: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "event_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "event_type": "loyalty.points_earned.v1",
                     *       "is_replay": true,
                     *       "state": "pending",
                     *       "attempts": 2,
                     *       "next_try_at": "2026-02-14T19:30:00Z",
                     *       "last_tried_at": "2026-02-14T19:30:00Z",
                     *       "last_status": 200,
                     *       "last_error": "refused",
                     *       "last_ms": 2,
                     *       "delivered_at": "2026-02-14T19:30:00Z",
                     *       "created_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_webhook_endpoints_endpoint_id_secret_rotations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlap_hours": 24
                 *     }
                 */
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "url": "https://hooks.example.com/maitre",
                     *       "description": "Accounting",
                     *       "event_types": [
                     *         "customer.registered.v1",
                     *         "loyalty.*"
                     *       ],
                     *       "is_active": true,
                     *       "disabled_reason": "gone",
                     *       "listening_at": "2026-02-14T19:30:00Z",
                     *       "failures": 2,
                     *       "failing_since": "2026-02-14T19:30:00Z",
                     *       "paused_until": "2026-02-14T19:30:00Z",
                     *       "previous_until": "2026-02-14T19:30:00Z",
                     *       "created_at": "2026-02-14T19:30:00Z",
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            400: components["responses"]["BAD_REQUEST"];
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_webhook_endpoints_endpoint_id_tests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "event_id": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
                     *       "event_type": "loyalty.points_earned.v1",
                     *       "is_replay": true,
                     *       "state": "pending",
                     *       "attempts": 2,
                     *       "next_try_at": "2026-02-14T19:30:00Z",
                     *       "last_tried_at": "2026-02-14T19:30:00Z",
                     *       "last_status": 200,
                     *       "last_error": "refused",
                     *       "last_ms": 2,
                     *       "delivered_at": "2026-02-14T19:30:00Z",
                     *       "created_at": "2026-02-14T19:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_webhook_event_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "type": "loyalty.points_earned.v1",
                     *           "description": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEventTypes"];
                };
            };
            401: components["responses"]["UNAUTHORIZED"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    get_webhooks_name: {
        parameters: {
            query?: {
                /** @description Twilio's hash of a JSON body */
                bodySHA256?: string;
                /** @description Meta's check of the URL: to be repeated */
                "hub.challenge"?: string;
                /** @description Meta's check of the URL: subscribe */
                "hub.mode"?: string;
                /** @description Meta's check of the URL: the token that was entered there */
                "hub.verify_token"?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
    post_webhooks_name: {
        parameters: {
            query?: {
                /** @description Twilio's hash of a JSON body */
                bodySHA256?: string;
                /** @description Meta's check of the URL: to be repeated */
                "hub.challenge"?: string;
                /** @description Meta's check of the URL: subscribe */
                "hub.mode"?: string;
                /** @description Meta's check of the URL: the token that was entered there */
                "hub.verify_token"?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BAD_REQUEST"];
            403: components["responses"]["FORBIDDEN"];
            404: components["responses"]["NOT_FOUND"];
            413: components["responses"]["REQUEST_ENTITY_TOO_LARGE"];
            415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            422: components["responses"]["UNPROCESSABLE_ENTITY"];
            429: components["responses"]["TOO_MANY_REQUESTS"];
            503: components["responses"]["SERVICE_UNAVAILABLE"];
            default: components["responses"]["DEFAULT_ERROR"];
        };
    };
}
