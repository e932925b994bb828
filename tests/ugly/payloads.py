"""Exports in the shapes that platforms, their documentation and other people's tests give them.

All values are invented. Each case says how many documents it is read as and what becomes of them;
null stands for a text that is no export of a known platform.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

PAGE, PERSON, IGID, IGSID = "108000000000001", "7400000000000001", "17841490000000001", "561490001"
AT = 1_782_000_000_000
Event = dict[str, Any]


class Expected(NamedTuple):
    """How many documents become what."""

    loaded: int = 0
    ignored: int = 0
    quarantined: int = 0
    duplicate: int = 0


class Case(NamedTuple):
    """One export as text, and what becomes of its documents."""

    text: str
    expected: Expected | None


LOADED, IGNORED, QUARANTINED = Expected(1), Expected(0, 1), Expected(0, 0, 1)
UNKNOWN = None


def event(**body: Any) -> Event:
    """Return an event from the person to the page."""
    return {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": AT} | body


def answer(**body: Any) -> Event:
    """Return an event from the page to the person."""
    return {"sender": {"id": PAGE}, "recipient": {"id": PERSON}, "timestamp": AT} | body


def insta(**body: Any) -> Event:
    """Return an event from a person to an Instagram account."""
    return {"sender": {"id": IGSID}, "recipient": {"id": IGID}, "timestamp": AT} | body


def entry(*events: Event, at: str = PAGE, field: str = "messaging", **more: Any) -> dict[str, Any]:
    """Return one entry of a delivery."""
    return {"id": at, "time": AT + 300, field: list(events)} | more


def page(*events: Event, **more: Any) -> str:
    """Return a delivery of a page."""
    return json.dumps({"object": "page", "entry": [entry(*events, **more)]})


def instagram(*events: Event, **more: Any) -> str:
    """Return a delivery of an Instagram account."""
    return json.dumps({"object": "instagram", "entry": [entry(*events, **{"at": IGID} | more)]})


def said(mid: str, **more: Any) -> dict[str, Any]:
    """Return the body of a message."""
    return {"message": {"mid": mid, **more}}


def attached(mid: str, kind: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    """Return the body of a message with one attachment."""
    return said(mid, attachments=[{"type": kind, "payload": payload, **more}])


MESSENGER: dict[str, Case] = {
    "text": Case(page(event(**said("m_text", text="dag"))), LOADED),
    "text_of_2017_with_seq": Case(page(event(**said("mid.$c1:a", seq=73, text="dag"))), LOADED),
    "numeric_ids": Case(
        page(
            {
                "sender": {"id": int(PERSON)},
                "recipient": {"id": int(PAGE)},
                "timestamp": AT,
                "message": {"mid": "m_num", "text": "dag", "sticker_id": None},
            },
            at=int(PAGE),  # type: ignore[arg-type]  # as some deliveries have it
        ),
        LOADED,
    ),
    "everything_as_strings": Case(
        page(event(timestamp=str(AT), **said("m_str", text="dag", is_echo="false")), time=str(AT)),
        LOADED,
    ),
    "string_boolean_echo": Case(
        page(answer(**said("m_strecho", text="dag", is_echo="true", app_id="26390203743090"))),
        LOADED,
    ),
    "echo_with_the_customer_as_sender": Case(
        page(event(**said("m_oldecho", text="dag", is_echo=True, app_id=1517776481860111, seq=7))),
        LOADED,
    ),
    "echo_with_metadata": Case(
        page(answer(**said("m_meta", text="dag", is_echo=True, metadata="DEVELOPER_DEFINED"))),
        LOADED,
    ),
    "echo_of_a_button_template": Case(
        page(
            answer(
                **said(
                    "m_btn",
                    is_echo=True,
                    app_id=1,
                    attachments=[
                        {
                            "title": "",
                            "url": None,
                            "type": "template",
                            "payload": {
                                "template_type": "button",
                                "buttons": [
                                    {"type": "postback", "payload": "A", "title": "A"},
                                    {
                                        "type": "web_url",
                                        "url": "https://shop.example/cart/c/Z2NwLWV1cm9wZTAx?ref=b",
                                        "title": "Cart",
                                        "webview_share_button": "hide",
                                    },
                                ],
                            },
                        }
                    ],
                )
            )
        ),
        LOADED,
    ),
    "echo_of_a_fallback_with_null_payload": Case(
        page(
            answer(
                **said(
                    "m_fb",
                    is_echo=True,
                    text="https://x.example",
                    attachments=[
                        {
                            "title": "X",
                            "url": "https://l.example/l.php?u=x",
                            "type": "fallback",
                            "payload": None,
                        }
                    ],
                )
            )
        ),
        LOADED,
    ),
    "two_attachments": Case(
        page(
            event(
                **said(
                    "m_two",
                    attachments=[
                        {"type": "image", "payload": {"url": "https://cdn.example/1.jpg"}},
                        {"type": "image", "payload": {"url": "https://cdn.example/2.jpg"}},
                    ],
                )
            )
        ),
        LOADED,
    ),
    "location": Case(
        page(
            event(
                **attached(
                    "m_loc",
                    "location",
                    {"coordinates": {"lat": 52.1, "long": 5.1}},
                    title="Pinned",
                    url="https://www.facebook.com/l.php",
                )
            )
        ),
        LOADED,
    ),
    "sticker_twice": Case(
        page(
            event(
                **said(
                    "m_like",
                    sticker_id=369239263222822,
                    attachments=[
                        {"type": "image", "payload": {"url": "u", "sticker_id": 369239263222822}}
                    ],
                )
            )
        ),
        LOADED,
    ),
    "product_share": Case(
        page(
            event(
                **attached(
                    "m_prod",
                    "template",
                    {
                        "product": {
                            "elements": [
                                {
                                    "id": "1",
                                    "retailer_id": "SKU",
                                    "title": "Hat",
                                    "subtitle": "$40",
                                }
                            ]
                        }
                    },
                )
            )
        ),
        LOADED,
    ),
    "reply_to": Case(page(event(**said("m_reply", text="ja", reply_to={"mid": "m_text"}))), LOADED),
    "reply_to_oneself": Case(
        page(
            event(**said("m_self", text="ja", reply_to={"mid": "m_reply", "is_self_reply": True}))
        ),
        LOADED,
    ),
    "quick_reply": Case(
        page(event(**said("m_qr", text="Rood", quick_reply={"payload": "RED"}))), LOADED
    ),
    "nlp_as_object": Case(
        page(
            event(
                **said(
                    "m_nlp",
                    text="morgen",
                    nlp={"entities": {"datetime": [{"confidence": 0.97, "values": []}]}},
                )
            )
        ),
        LOADED,
    ),
    "nlp_as_error_text": Case(page(event(**said("m_nlp2", text="x", nlp="error"))), LOADED),
    "commands": Case(page(event(**said("m_cmd", commands=[{"name": "flights"}]))), LOADED),
    "deleted_on_messenger": Case(page(event(**said("m_text", is_deleted=True))), LOADED),
    "unsupported": Case(page(event(**said("m_uns", is_unsupported=True))), LOADED),
    "checkbox_plugin": Case(
        page(
            event(
                prior_message={"source": "checkbox_plugin", "identifier": "uuid-1"},
                **said("m_prior", text="dag"),
            )
        ),
        LOADED,
    ),
    "chat_plugin_of_old": Case(
        page(event(**said("m_ccp", text="dag", tags=[{"source": "customer_chat_plugin"}]))),
        LOADED,
    ),
    "hop_context": Case(
        page(event(hop_context=[{"app_id": 1, "metadata": "x"}], **said("m_hop", text="dag"))),
        LOADED,
    ),
    "ad_then_text": Case(
        page(
            event(
                **said(
                    "m_ad",
                    text="dag",
                    referral={
                        "ref": None,
                        "ad_id": 120231987654320123,
                        "source": "ADS",
                        "type": "OPEN_THREAD",
                        "ads_context_data": {"ad_title": "x", "photo_url": "u", "video_url": None},
                    },
                )
            )
        ),
        LOADED,
    ),
    "shop_product_question": Case(
        page(event(**said("m_shop", text="dag", referral={"product": {"id": "PRODUCT"}}))), LOADED
    ),
    "postback": Case(page(event(postback={"title": "Start", "payload": "GET_STARTED"})), LOADED),
    "postback_on_standby": Case(
        page(event(postback={"title": "Start"}, timestamp=AT + 1), field="standby"), LOADED
    ),
    "postback_of_seconds_as_text": Case(
        page(
            event(
                timestamp="1527459824",
                postback={
                    "mid": "m_pb",
                    "title": "T",
                    "payload": "P",
                    "referral": {"ref": "r", "source": "SHORT-URL", "type": "OPEN_THREAD"},
                },
            )
        ),
        LOADED,
    ),
    "referral_m_me": Case(
        page(event(referral={"ref": "w", "source": "SHORTLINK", "type": "OPEN_THREAD"})), LOADED
    ),
    "referral_of_the_chat_plugin": Case(
        page(
            event(
                referral={
                    "ref": "",
                    "source": "CUSTOMER_CHAT_PLUGIN",
                    "type": "OPEN_THREAD",
                    "referer_uri": "https://shop.example/",
                    "is_guest_user": "true",
                }
            )
        ),
        LOADED,
    ),
    "lead_complete": Case(
        page(
            event(
                timestamp=1665424533,
                referral={"source": "ADS", "type": "LEAD_COMPLETE", "ad_id": "5"},
                lead={"data": [{"question": "q", "answer": "a"}]},
            )
        ),
        LOADED,
    ),
    "reaction": Case(
        page(event(reaction={"reaction": "love", "emoji": "❤", "action": "react", "mid": "m_a"})),
        LOADED,
    ),
    "reaction_taken_back": Case(page(event(reaction={"action": "unreact", "mid": "m_a"})), IGNORED),
    "message_edit": Case(
        page(event(message_edit={"mid": "m_text", "text": "dag!", "num_edit": "1"})), LOADED
    ),
    "delivery_without_timestamp": Case(
        page(
            {
                "sender": {"id": PERSON},
                "recipient": {"id": PAGE},
                "delivery": {"mids": ["m_a"], "watermark": AT, "seq": 37},
            }
        ),
        IGNORED,
    ),
    "read": Case(page(event(read={"watermark": AT, "seq": 38})), IGNORED),
    "optin_with_user_ref": Case(
        page(
            {
                "recipient": {"id": PAGE},
                "timestamp": AT,
                "optin": {"ref": "PASS_THROUGH", "user_ref": "UNIQUE"},
            }
        ),
        IGNORED,
    ),
    "message_by_user_ref": Case(
        page(
            {
                "sender": {"user_ref": "UNIQUE"},
                "recipient": {"id": PAGE},
                "timestamp": AT,
                "message": {"mid": "m_uref", "text": "dag"},
            }
        ),
        QUARANTINED,
    ),
    "optin_of_marketing": Case(
        page(
            event(
                optin={
                    "type": "notification_messages",
                    "notification_messages_token": "t",
                    "token_expiry_timestamp": AT,
                    "user_token_status": "NOT_REFRESHED",
                }
            )
        ),
        IGNORED,
    ),
    "account_linking": Case(
        page(event(account_linking={"status": "linked", "authorization_code": "x"})), IGNORED
    ),
    "policy_enforcement_with_hyphen": Case(
        page({"recipient": {"id": PAGE}, "timestamp": AT, "policy-enforcement": {"action": "x"}}),
        IGNORED,
    ),
    "app_roles": Case(
        page({"recipient": {"id": PAGE}, "timestamp": AT, "app_roles": {"1": ["primary"]}}),
        IGNORED,
    ),
    "pass_thread_control": Case(
        page(
            event(
                pass_thread_control={
                    "previous_owner_app_id": None,
                    "new_owner_app_id": 263902037430900,
                    "metadata": "x",
                }
            )
        ),
        LOADED,
    ),
    "take_thread_control": Case(
        page(
            event(take_thread_control={"previous_owner_app_id": "1", "metadata": ""}),
        ),
        LOADED,
    ),
    "request_thread_control": Case(
        page(event(request_thread_control={"requested_owner_app_id": 1, "metadata": "x"})), LOADED
    ),
    "response_feedback": Case(
        page(event(response_feedback={"feedback": "Good response", "mid": "m_a"})), IGNORED
    ),
    "survey": Case(
        page(event(messaging_feedback={"feedback_screens": [{"screen_id": 0, "questions": {}}]})),
        IGNORED,
    ),
    "cart": Case(
        page(
            event(
                order={
                    "products": [
                        {
                            "id": 4455,
                            "retailer_id": "SKU",
                            "name": "Hat",
                            "unit_price": 79.95,
                            "currency": "EUR",
                            "quantity": "2",
                        }
                    ],
                    "note": "",
                }
            )
        ),
        LOADED,
    ),
    "old_payment": Case(
        page(
            event(
                payment={
                    "payload": "P",
                    "requested_user_info": {"contact_name": "x"},
                    "amount": {"currency": "USD", "amount": "29.62"},
                }
            )
        ),
        IGNORED,
    ),
    "old_checkout_update": Case(
        page(event(checkout_update={"payload": "P", "shipping_address": {"id": 10}})), IGNORED
    ),
    "game_play": Case(page(event(game_play={"game_id": "1", "score": 100})), IGNORED),
    "event_of_tomorrow": Case(page(event(holographic_wave={"intensity": 3})), IGNORED),
    "inbox_label_change": Case(
        json.dumps(
            {
                "object": "page",
                "entry": [
                    {
                        "id": PAGE,
                        "time": AT // 1000,
                        "changes": [
                            {
                                "field": "inbox_labels",
                                "value": {"action": "add", "label": {"id": "1"}},
                            }
                        ],
                    }
                ],
            }
        ),
        IGNORED,
    ),
    "feed_comment": Case(
        json.dumps(
            {
                "entry": [
                    {
                        "changes": [
                            {
                                "field": "feed",
                                "value": {"item": "comment", "verb": "add", "message": "Prijs?"},
                            }
                        ],
                        "id": PAGE,
                        "time": AT // 1000,
                    }
                ],
                "object": "page",
            }
        ),
        IGNORED,
    ),
    "empty_entry": Case('{"object": "page", "entry": []}', IGNORED),
    "entry_without_events": Case(page(), IGNORED),
    "null_events": Case(
        json.dumps({"object": "page", "entry": [{"id": PAGE, "time": AT, "messaging": None}]}),
        QUARANTINED,
    ),
    "null_among_events": Case(
        page(None, event(**said("m_null", text="dag"))),  # type: ignore[arg-type]  # seen in logs
        LOADED,
    ),
    "nulls_everywhere": Case(
        page(
            {
                "sender": None,
                "recipient": None,
                "timestamp": None,
                "message": {"mid": None, "text": None, "attachments": None, "is_echo": None},
            }
        ),
        QUARANTINED,
    ),
    "sender_null": Case(
        page(event(sender={"id": None}, **said("m_nosender", text="dag"))), QUARANTINED
    ),
    "no_time_at_all": Case(
        json.dumps(
            {
                "object": "page",
                "entry": [
                    {
                        "id": PAGE,
                        "messaging": [
                            {
                                "sender": {"id": PERSON},
                                "recipient": {"id": PAGE},
                                "message": {"mid": "m_notime", "text": "dag"},
                            }
                        ],
                    }
                ],
            }
        ),
        QUARANTINED,
    ),
    "message_is_a_text": Case(page(event(message="dag")), QUARANTINED),
}

_DASHBOARD = {
    "field": "messages",
    "value": {
        "sender": {"id": "12334"},
        "recipient": {"id": "23245"},
        "timestamp": "1527459824",
        "message": {"mid": "random_mid", "text": "random_text"},
    },
}

INSTAGRAM: dict[str, Case] = {
    "ig_text": Case(instagram(insta(**said("aWd_text", text="prijs?"))), LOADED),
    "ig_iso_times_as_in_factories": Case(
        json.dumps(
            {
                "object": "instagram",
                "entry": [
                    {
                        "id": IGID,
                        "time": "2026-06-08T06:34:04+0000",
                        "messaging": [
                            insta(
                                timestamp="2026-06-08T06:34:04+0000", **said("ig-iso-1", text="x")
                            )
                        ],
                    }
                ],
            }
        ),
        LOADED,
    ),
    "ig_factory_without_object": Case(
        json.dumps({"entry": [entry(insta(**said("ig-no-object", text="x")), at=IGID)]}), UNKNOWN
    ),
    "ig_story_reply": Case(
        instagram(
            insta(
                **said(
                    "aWd_story", text="mooi", reply_to={"story": {"id": "1", "url": "https://x"}}
                )
            )
        ),
        LOADED,
    ),
    "ig_story_mention": Case(
        instagram(insta(**attached("aWd_mention", "story_mention", {"url": "https://x"}))), LOADED
    ),
    "ig_echo_of_story_mention": Case(
        instagram(
            {
                "sender": {"id": IGID},
                "recipient": {"id": IGSID},
                "timestamp": AT,
                **attached("aWd_emention", "story_mention", {"url": "https://x"}),
            }
        ),
        LOADED,
    ),
    "ig_echo_without_app_id": Case(
        instagram(
            {
                "sender": {"id": IGID},
                "recipient": {"id": IGSID},
                "timestamp": AT,
                **said("aWd_echo", text="ja", is_echo=True),
            }
        ),
        LOADED,
    ),
    "ig_seen_with_mid": Case(instagram(insta(read={"mid": "aWd_text"})), IGNORED),
    "ig_deleted": Case(instagram(insta(**said("aWd_text", is_deleted=True))), LOADED),
    "ig_unsupported": Case(instagram(insta(**said("aWd_uns", is_unsupported=True))), LOADED),
    "ig_unsupported_type": Case(
        instagram(insta(**attached("aWd_ut", "unsupported_type", None))), LOADED
    ),
    "ig_ephemeral": Case(
        instagram(insta(**said("aWd_eph", attachments=[{"type": "ephemeral"}]))), LOADED
    ),
    "ig_reel": Case(
        instagram(
            insta(
                **attached("aWd_reel", "ig_reel", {"reel_video_id": 17, "title": "t", "url": "u"})
            )
        ),
        LOADED,
    ),
    "ig_share": Case(instagram(insta(**attached("aWd_share", "share", {"url": "u"}))), LOADED),
    "ig_attachment_as_object": Case(
        instagram(insta(**said("aWd_obj", attachments={"type": "image", "payload": {"url": "u"}}))),
        LOADED,
    ),
    "ig_reaction": Case(
        instagram(
            insta(reaction={"mid": "aWd_text", "action": "react", "reaction": "love", "emoji": "❤"})
        ),
        LOADED,
    ),
    "ig_ice_breaker": Case(
        instagram(insta(postback={"mid": "aWd_ice", "title": "Prijs?", "payload": "P"})), LOADED
    ),
    "ig_postback_with_the_person_as_entry": Case(
        instagram(insta(postback={"mid": "aWd_slip", "title": "T", "payload": "P"}), at=IGSID),
        LOADED,
    ),
    "ig_link": Case(
        instagram(insta(referral={"ref": "bio", "source": "IG_ME", "type": "OPEN_THREAD"})), LOADED
    ),
    "ig_ad": Case(
        instagram(
            insta(
                **said(
                    "aWd_ad",
                    text="dag",
                    referral={
                        "ref": "r",
                        "ad_id": 23851,
                        "source": "ADS",
                        "type": "OPEN_THREAD",
                        "ads_context_data": {"ad_title": "T", "photo_url": "u", "video_url": "u"},
                    },
                )
            )
        ),
        LOADED,
    ),
    "ig_product": Case(
        instagram(insta(**said("aWd_p", text="?", referral={"product": {"id": "123"}}))), LOADED
    ),
    "ig_standby": Case(
        instagram(insta(**said("aWd_standby", text="dag")), field="standby"), LOADED
    ),
    "ig_comment": Case(
        json.dumps(
            {
                "object": "instagram",
                "entry": [
                    {
                        "id": IGID,
                        "time": AT // 1000,
                        "changes": [
                            {
                                "field": "comments",
                                "value": {"id": "1", "text": "Mooi!", "from": {"id": "2"}},
                            }
                        ],
                    }
                ],
            }
        ),
        IGNORED,
    ),
    "ig_comment_beside_the_entry": Case(
        json.dumps(
            {
                "object": "instagram",
                "entry": [
                    {"id": IGID, "time": AT // 1000, "field": "comments", "value": {"id": "1"}}
                ],
            }
        ),
        IGNORED,
    ),
    "ig_messages_as_changes": Case(
        json.dumps(
            {
                "object": "instagram",
                "entry": [{"id": IGID, "time": AT, "changes": [_DASHBOARD]}],
            }
        ),
        LOADED,
    ),
}

ODD: dict[str, Case] = {
    "dashboard_test_button": Case(json.dumps(_DASHBOARD), UNKNOWN),
    "dashboard_test_button_delivered": Case(
        json.dumps(
            {
                "object": "page",
                "entry": [{"id": "0", "time": AT // 1000, "changes": [_DASHBOARD]}],
            }
        ),
        LOADED,
    ),
    "pretty_printed": Case(
        json.dumps(json.loads(page(event(**said("m_pretty", text="dag")))), indent=4), LOADED
    ),
    "pretty_printed_one_after_the_other": Case(
        "\n".join(
            json.dumps(json.loads(page(event(**said(f"m_pp{n}", text="dag")))), indent=2)
            for n in range(3)
        ),
        Expected(3),
    ),
    "array_of_deliveries": Case(
        f"[{page(event(**said('m_arr1', text='a')))},\n{page(event(**said('m_arr2', text='b')))}]",
        Expected(2),
    ),
    "entry_as_an_object": Case(
        json.dumps({"object": "page", "entry": entry(event(**said("m_eo", text="dag")))}), UNKNOWN
    ),
    "one_entry_as_an_object_among_lists": Case(
        "\n".join(
            [
                page(event(**said("m_l1", text="dag"))),
                page(event(**said("m_l2", text="dag"))),
                json.dumps({"object": "page", "entry": entry(event(**said("m_l3", text="dag")))}),
            ]
        ),
        Expected(2, 0, 1),
    ),
    "messaging_as_an_object": Case(
        json.dumps(
            {
                "object": "page",
                "entry": [{"id": PAGE, "time": AT, "messaging": event(**said("m_mo", text="dag"))}],
            }
        ),
        QUARANTINED,
    ),
    "entry_of_texts": Case('{"object": "page", "entry": ["a", "b"]}', QUARANTINED),
    "camel_cased_by_a_library": Case(
        json.dumps(
            {
                "sender": {"id": PERSON},
                "recipient": {"id": PAGE},
                "timestamp": AT,
                "message": {"isEcho": True, "appId": 1, "mid": "mid.1", "text": "hi"},
            }
        ),
        LOADED,
    ),
    "events_without_their_envelope": Case(json.dumps(event(**said("m_bare", text="dag"))), LOADED),
    "wrapped_by_a_proxy": Case(
        json.dumps(
            {
                "headers": {"x-hub-signature-256": "sha256=0"},
                "body": json.loads(page(event(**said("m_wrap", text="dag")))),
            }
        ),
        LOADED,
    ),
    "body_as_text": Case(
        json.dumps({"httpMethod": "POST", "body": page(event(**said("m_body", text="dag")))}),
        LOADED,
    ),
    "graph_error": Case(
        json.dumps(
            {
                "error": {
                    "message": "(#4) Application request limit reached",
                    "type": "OAuthException",
                    "code": 4,
                    "fbtrace_id": "A",
                }
            }
        ),
        UNKNOWN,
    ),
    "graph_empty_page": Case('{"data": [], "paging": {"cursors": {}}}', UNKNOWN),
    "graph_batch": Case(json.dumps([{"code": 200, "headers": [], "body": "{}"}, None]), UNKNOWN),
    "whatsapp": Case(
        json.dumps(
            {
                "object": "whatsapp_business_account",
                "entry": [{"id": "1", "changes": [{"value": {}, "field": "messages"}]}],
            }
        ),
        QUARANTINED,
    ),
    "user_object": Case(
        json.dumps({"object": "user", "entry": [{"uid": "1", "changed_fields": ["feed"]}]}), UNKNOWN
    ),
    "permissions_object": Case(
        json.dumps({"object": "permissions", "entry": [{"id": "1", "time": 1, "changes": []}]}),
        UNKNOWN,
    ),
    "conversations": Case(
        json.dumps(
            {
                "data": [
                    {
                        "id": "t_100",
                        "updated_time": "2026-06-25T11:43:09+0000",
                        "participants": {"data": [{"name": "S", "id": PERSON}]},
                        "messages": {
                            "data": [{"id": "m_1", "created_time": "2026-06-25T11:43:09+0000"}],
                            "paging": {"next": "https://graph.example/?access_token=T"},
                        },
                    }
                ],
                "paging": {"next": "https://graph.example/?access_token=T"},
            }
        ),
        IGNORED,
    ),
    "one_conversation": Case(
        json.dumps({"messages": {"data": [{"id": "m_1"}]}, "id": "t_101"}), IGNORED
    ),
    "messages_of_a_conversation": Case(
        json.dumps({"data": [{"id": "m_1", "created_time": "2026-06-25T11:43:09+0000"}]}), IGNORED
    ),
    "carriage_returns_between": Case(
        "\r\n".join(page(event(**said(f"m_crlf{n}", text="dag"))) for n in range(2)) + "\r\n",
        Expected(2),
    ),
    "blank_lines_and_bom_between": Case(
        "\ufeff"
        + page(event(**said("m_bom1", text="dag")))
        + "\n\n\ufeff"
        + page(event(**said("m_bom2", text="dag")))
        + "\n  \n",
        Expected(2),
    ),
    "log_with_prefixes": Case(
        "\n".join(
            f"2026-06-25T11:43:09Z INFO webhook {page(event(**said(f'm_log{n}', text='dag')))}"
            for n in range(3)
        ),
        UNKNOWN,
    ),
    "log_with_comments": Case(
        "\n".join(
            [
                "# rotated",
                page(event(**said("m_c1", text="dag"))),
                page(event(**said("m_c2", text="dag"))),
                "# end",
            ]
        ),
        Expected(2, 0, 2),
    ),
    "nothing_but_null": Case("null", UNKNOWN),
    "a_number": Case("42", UNKNOWN),
    "a_text": Case('"page"', UNKNOWN),
    "empty_array": Case("[]", UNKNOWN),
    "empty_object": Case("{}", UNKNOWN),
    "array_of_nulls": Case("[null, null]", UNKNOWN),
    "arrays_in_arrays": Case(f"[[{page(event(**said('m_aa', text='dag')))}]]", UNKNOWN),
}


def _order(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": 450789469 + number,
        "name": f"#{1000 + number}",
        "order_number": 1000 + number,
        "number": number,
        "created_at": "2026-06-10T11:00:00-05:00",
        "processed_at": "2026-06-10T11:00:00-05:00",
        "updated_at": "2026-06-10T11:00:00-05:00",
        "cancelled_at": None,
        "currency": "USD",
        "total_price": "409.94",
        "financial_status": "authorized",
        "cart_token": "68778783ad298f1c80c3bafcddeea02f",
        "checkout_id": 450789469,
        "checkout_token": None,
        "landing_site": "http://www.example.com?source=abc",
        "landing_site_ref": "abc",
        "note_attributes": [{"name": "custom engraving", "value": "Happy Birthday"}],
        "customer": {"id": 207119551, "email": "b@example.com", "default_address": {"phone": "1"}},
        "billing_address": {"phone": "555-625-1199"},
        "line_items": [{"id": 1, "properties": []}],
        "refunds": [],
        "test": False,
        "email": "b@example.com",
    } | more


def _order_before_2013() -> dict[str, Any]:
    order = _order(9)
    for key in ("processed_at", "refunds", "landing_site_ref"):
        del order[key]
    return order


def _checkout(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": 450789469 + number,
        "token": f"2a1ace52255252df566af0faaedfbf{number:02}",
        "cart_token": f"68778783ad298f1c80c3bafcddeea0{number:02}",
        "created_at": "2026-06-12T07:05:27-04:00",
        "updated_at": "2026-06-12T07:05:27-04:00",
        "completed_at": None,
        "closed_at": None,
        "currency": "USD",
        "total_price": "409.94",
        "email": "b@example.com",
        "gateway": None,
        "landing_site": None,
        "name": f"#{450789469 + number}",
        "note_attributes": [],
        "abandoned_checkout_url": "https://checkout.example/orders/1/2a1ace?recovered=1",
        "customer": {"id": 207119551},
    } | more


_GID = "gid://shopify"
_BULK_ORDER = {
    "id": f"{_GID}/Order/5512000001",
    "name": "#3001",
    "createdAt": "2026-06-10T16:00:00Z",
    "processedAt": "2026-06-10T16:00:00Z",
    "updatedAt": "2026-06-10T16:00:00Z",
    "cancelledAt": None,
    "displayFinancialStatus": "PAID",
    "test": False,
    "totalPriceSet": {"shopMoney": {"amount": "409.94", "currencyCode": "USD"}},
    "customer": {"id": f"{_GID}/Customer/207119551"},
    "customAttributes": [{"key": "chat", "value": "x"}],
    "refunds": [],
}
_BULK_LINE = {
    "id": f"{_GID}/LineItem/1",
    "title": "Hat",
    "quantity": 1,
    "__parentId": f"{_GID}/Order/5512000001",
}
_CSV = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Total,Created at,Lineitem name,Id\n"

SHOPIFY: dict[str, Case] = {
    "order_of_the_api": Case(json.dumps({"order": _order()}, indent=2), LOADED),
    "order_before_2013": Case(json.dumps({"order": _order_before_2013()}), LOADED),
    "orders_of_the_api": Case(json.dumps({"orders": [_order(2), _order(3)]}), Expected(2)),
    "orders_one_per_line": Case(
        "\n".join(json.dumps({"order": _order(n)}) for n in (4, 5)), Expected(2)
    ),
    "order_of_a_webhook": Case(json.dumps(_order(6, id=820982911946154508)), LOADED),
    "order_with_presentment_money": Case(
        json.dumps(
            _order(
                7,
                total_price_set={"shop_money": {"amount": "1", "currency_code": "USD"}},
                presentment_currency="EUR",
            )
        ),
        LOADED,
    ),
    "order_with_number_as_price": Case(json.dumps(_order(8, total_price=409.94)), LOADED),
    "order_with_refund": Case(
        json.dumps(
            _order(
                10,
                refunds=[
                    {
                        "id": 509562969,
                        "order_id": 450789469,
                        "created_at": "2026-06-11T11:00:00-05:00",
                        "processed_at": None,
                        "transactions": [
                            {
                                "id": 1,
                                "kind": "refund",
                                "status": "success",
                                "amount": "41.94",
                                "currency": "USD",
                            }
                        ],
                        "refund_line_items": [],
                    }
                ],
            )
        ),
        LOADED,
    ),
    "order_without_personal_data": Case(
        json.dumps(_order(11, customer=None, email="", billing_address=None, note_attributes=None)),
        LOADED,
    ),
    "order_with_total_free": Case(json.dumps(_order(12, total_price="free")), LOADED),
    "order_with_currency_null": Case(json.dumps(_order(13, currency=None)), LOADED),
    "order_without_id": Case(json.dumps(_order(14, id=None)), LOADED),
    "order_without_id_or_number": Case(
        json.dumps(_order(14, id=None, name=None, order_number=None)), QUARANTINED
    ),
    "order_without_a_date": Case(
        json.dumps(_order(15, created_at=None, processed_at=None)), QUARANTINED
    ),
    "order_of_a_test": Case(json.dumps(_order(16, test=True)), LOADED),
    "order_with_attributes_as_object": Case(
        json.dumps(_order(17, note_attributes={"chat": "x"}, refunds={})), LOADED
    ),
    "order_with_zero_id": Case(json.dumps(_order(18, id="0" * 40)), LOADED),
    "checkouts_of_the_api": Case(json.dumps({"checkouts": [_checkout()]}, indent=2), LOADED),
    "checkout_completed": Case(
        json.dumps(_checkout(2, completed_at="2026-06-12T08:05:27-04:00")), LOADED
    ),
    "checkout_without_currency": Case(json.dumps(_checkout(3, currency=None)), LOADED),
    "no_orders": Case('{"orders": []}', Expected()),
    "errors_of_the_api": Case('{"errors": "[API] Invalid API key or access token"}', UNKNOWN),
    "products": Case('{"products": [{"id": 1, "title": "Hat"}]}', UNKNOWN),
    "draft_orders": Case(
        json.dumps({"draft_orders": [{"id": 1, "status": "open", "total_price": "1.00"}]}), UNKNOWN
    ),
    "bulk": Case("\n".join(map(json.dumps, (_BULK_ORDER, _BULK_LINE))), Expected(1, 1)),
    "bulk_children_first": Case(
        "\n".join(map(json.dumps, (_BULK_LINE, _BULK_LINE, _BULK_ORDER))), Expected(1, 2)
    ),
    "graphql_answer": Case(
        json.dumps({"data": {"orders": {"edges": [{"node": _BULK_ORDER}]}}}), Expected(1)
    ),
    "graphql_throttled": Case(
        json.dumps({"errors": [{"message": "Throttled"}], "extensions": {}}), UNKNOWN
    ),
    "csv": Case(
        _CSV
        + "#2001,b@example.com,paid,2026-06-10 11:00:00 -0500,USD,10.00,12.00,"
        + "2026-06-10 11:00:00 -0500,Hat,5512000002001\n"
        + "#2001,b@example.com,,,,,,,Scarf,\n",
        Expected(1, 1),
    ),
    "csv_old_without_id": Case(
        "Name,Financial Status,Currency,Total,Created at\n"
        "#2002,paid,USD,1,2026-06-10 11:00:00 -0500\n",
        LOADED,
    ),
    "csv_with_semicolons": Case(
        "Name;Financial Status;Currency;Total;Created at;Notes\n"
        '#2003;paid;EUR;1.00;2026-06-10 11:00:00 +0200;"a;b\nc"\n',
        LOADED,
    ),
    "csv_shuffled": Case(
        "Created at,Notes,Total,Name,Currency,Financial Status\n"
        '2026-06-10 11:00:00 +0200,"=1+1",1.00,#2004,EUR,paid\n',
        LOADED,
    ),
    "csv_saved_by_excel": Case(
        "sep=;\r\nName;Financial Status;Currency;Total;Created at\r\n"
        "#2005;paid;EUR;1234,50;2026-06-10 11:00:00 +0200\r\n",
        LOADED,
    ),
    "csv_only_headings": Case("Name,Financial Status,Currency,Total,Created at\n", Expected()),
    "csv_without_total": Case(
        "Name,Financial Status,Currency,Created at\n#2006,paid,EUR,2026-06-10 11:00:00 +0200\n",
        UNKNOWN,
    ),
    "csv_of_one_column": Case("Name\n#2007\n#2008\n", UNKNOWN),
    "csv_with_open_quote": Case(
        "Name,Financial Status,Currency,Total,Created at\n"
        '#2009,"paid,EUR,1.00,2026-06-10 11:00:00 +0200\n'
        "#2010,paid,EUR,1.00,2026-06-10 11:00:00 +0200\n",
        Expected(1, 0, 1),
    ),
    "csv_with_too_many_cells": Case(
        "Name,Financial Status,Currency,Total,Created at\n"
        "#2011,paid,EUR,1.00,2026-06-10 11:00:00 +0200,oops,oops\n"
        "#2012,paid,EUR,1.00,2026-06-10 11:00:00 +0200,,\n",
        Expected(1, 0, 1),
    ),
    "csv_with_a_strange_date": Case(
        "Name,Financial Status,Currency,Total,Created at\n#2013,paid,EUR,1.00,10/06/2026 11:00\n",
        QUARANTINED,
    ),
}

_INSIGHT = {
    "account_id": "1700252260000001",
    "account_currency": "EUR",
    "campaign_id": "120231900000000001",
    "campaign_name": "CTM",
    "adset_id": "120231900000000002",
    "adset_name": "NL",
    "ad_id": "120231987654320123",
    "ad_name": "Jas",
    "date_start": "2026-06-25",
    "date_stop": "2026-06-25",
    "impressions": "4102",
    "clicks": "131",
    "spend": "23.47",
    "actions": [{"action_type": "link_click", "value": "88"}],
}

ADS: dict[str, Case] = {
    "insights_page": Case(
        json.dumps(
            {
                "data": [_INSIGHT],
                "paging": {
                    "cursors": {"before": "MAZDZD", "after": "MAZDZD"},
                    "next": "https://graph.example/insights?access_token=T",
                },
            }
        ),
        LOADED,
    ),
    "insights_one_per_line": Case(
        "\n".join(json.dumps(_INSIGHT | {"ad_id": str(n)}) for n in (1, 2)), Expected(2)
    ),
    "insights_with_numbers": Case(
        json.dumps([_INSIGHT | {"ad_id": 120231987654320123, "spend": 23.47}]), LOADED
    ),
    "insights_with_null_actions": Case(
        json.dumps([_INSIGHT | {"ad_id": "3", "actions": None}]), LOADED
    ),
    "insights_of_the_account": Case(
        json.dumps([{"account_id": "1", "date_start": "2026-06-25", "spend": "1"}]),
        LOADED,
    ),
    "ads_manager": Case(
        "Reporting starts,Reporting ends,Ad name,Amount spent (EUR),Impressions,Day\n"
        ",,,30.00,200,\n"
        "2026-06-01,2026-06-30,Jas,10.00,100,2026-06-25\n"
        "2026-06-01,2026-06-30,Hoed,20.00,100,2026-06-25\n",
        Expected(2, 1),
    ),
    "advertentiebeheer": Case(
        "Advertentienaam;Besteed bedrag (EUR);Weergaven;Dag\nJas;1.234,56;1.000;25-06-2026\n",
        LOADED,
    ),
}

GROUPS = (MESSENGER, INSTAGRAM, ODD, SHOPIFY, ADS)
ALL: dict[str, Case] = {name: case for group in GROUPS for name, case in group.items()}
