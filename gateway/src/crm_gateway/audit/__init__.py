"""The audit log: who saw or changed which guest, in a chain of hashes that shows where it was tampered with (ADR 0014).

``watching`` says which operations are audited and what of them is kept, ``trails`` follows one request, ``recorder``
writes what trails found, ``chain`` is the log itself, ``own`` the hooks of the gateway's own resources: a handler there
says ``own.saw(customer_ids)`` where its answer shows guests without naming them in ``customer_id``.
"""
