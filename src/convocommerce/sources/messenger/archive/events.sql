-- grain: one message of a thread, and one row for a thread that holds none
-- reads: documents
-- Which side is the account, and what is a message rather than a notice; the other files read it.
with threads as (
    select
        document_no,
        file,
        d.messages as said,
        list_transform(
            d.participants,
            lambda p: filled(
                case when p like '{%' then try(json_extract_string(p, '$.name')) else p end
            )
        ) as people,
        coalesce(filled(d.title), filled(regexp_replace(d.threadName, '_\d+$', ''))) as title,
        filled(regexp_extract(d.thread_path, '([^/]+)/?$', 1)) as folder,
        coalesce(filled(d.threadName), filled(d.title)) as name,
        contains(lower(d.thread_type), 'group') as is_called_group
    from documents
),

named as (
    select
        *,
        list_filter(list_distinct(people), lambda v: v is not null) as participants,
        list_filter(
            list_distinct(
                list_transform(
                    said, lambda m: coalesce(filled(m.sender_name), filled(m.senderName))
                )
            ),
            lambda v: v is not null
        ) as senders,
        case when len(participants) > 0 then participants else senders end as sides,
        len(people) > len(participants) as has_nameless,
        regexp_replace(lower(strip_accents(regexp_replace(folder, '_[^_]*$', ''))), '[^a-z0-9]', '', 'g')
            as slug
    from threads
),

-- A thread of two is called after the other one, and so is its folder.
called as (
    select
        *,
        list_filter(sides, lambda v: v = title) as titled,
        list_filter(
            sides,
            lambda v: slug <> ''
                and regexp_replace(lower(strip_accents(v)), '[^a-z0-9]', '', 'g') = slug
        ) as slugged
    from named
),

sided as (
    select
        *,
        coalesce(is_called_group, false) or len(people) > 2 or len(sides) > 2 as is_group,
        case
            when len(titled) = 1 then titled[1]
            when len(slugged) = 1 then slugged[1]
        end as customer,
        case
            when len(sides) = 2 and customer is not null
                then list_filter(sides, lambda v: v <> customer)[1]
            -- Who left the platform may have lost the name; of two, the other one stays.
            when len(sides) = 1 and has_nameless and customer is null then sides[1]
            -- Only one is listed: whoever else wrote is the account.
            when len(sides) = 1
                and customer is not null
                and len(list_filter(senders, lambda v: v <> customer)) = 1
                then list_filter(senders, lambda v: v <> customer)[1]
        end as business_id,
        case
            when contains(lower(file), 'instagram')
                or list_bool_or(
                    list_transform(
                        said,
                        lambda m: contains(
                            concat_ws(' ', m.photos, m.videos, m.audio_files, m.files),
                            'your_instagram_activity'
                        )
                    )
                )
                then 'instagram'
            else 'messenger'
        end as channel,
        -- The number behind a folder's name outlives the name.
        coalesce(
            filled(regexp_extract(folder, '_([A-Za-z0-9-]{8,})$', 1)), folder, name, customer
        ) as customer_id,
        regexp_matches(folder, '_[A-Za-z0-9-]{8,}$') as is_numbered,
        list_transform(said, lambda m: instant(coalesce(m.timestamp_ms, m.timestamp))) as times,
        times[1] < times[-1] as is_oldest_first
    from called
),

each_message as (
    select
        * exclude (said, people, sides, senders, participants, titled, slugged, times),
        unnest(said) as m,
        generate_subscripts(said, 1) as position
    from sided
    where len(said) > 0
),

told as (
    select
        document_no,
        channel,
        business_id,
        customer_id,
        is_numbered,
        is_group,
        instant(coalesce(m.timestamp_ms, m.timestamp)) as sent_at,
        case when is_oldest_first then position else -position end as place,
        coalesce(filled(m.sender_name), filled(m.senderName)) as sender,
        case
            when sender = business_id then 'out'
            when sender is not null or has_nameless then 'in'
        end as direction,
        coalesce(truth(m.is_unsent), false) or coalesce(truth(m.isUnsent), false) as is_unsent,
        case when not is_unsent then coalesce(filled(m.content), filled(m.text)) end as content,
        filled(m.share.link) as link,
        lower(filled(m.type)) as type,
        coalesce(
            nullif(m.photos, '[]'), nullif(m.videos, '[]'), nullif(m.audio_files, '[]'),
            nullif(m.files, '[]'), nullif(m.gifs, '[]'), nullif(m.media, '[]'),
            link, filled(m.share.share_text)
        ) is not null as has_media,
        m.sticker is not null as has_sticker,
        m.call_duration is not null or m.missed is not null or m.users is not null
            or m.plan is not null
            or type in ('call', 'subscribe', 'unsubscribe', 'payment', 'plan', 'placeholder')
            as is_notice_by_shape
    from each_message
),

-- What the platform writes in people's names, in the languages of archives seen so far. Each
-- pattern is the whole text, so that nothing that somebody typed around it is lost.
read_texts as (
    select
        *,
        regexp_full_match(
            content,
            'Liked a message\.?|Vond een bericht leuk\.?|Heeft een bericht leuk gevonden\.?'
            || '|Gefällt eine Nachricht\.?|Hat eine Nachricht mit .Gefällt mir. markiert\.?'
            || '|A aimé un message\.?|Le gustó un mensaje\.?'
            || '|Reacted .{1,24} to your message ?\.?'
            || '|(?:Heeft met|Heeft gereageerd met|Reageerde met) .{1,40} op je bericht(?: gereageerd)? ?\.?'
            || '|Hat mit .{1,24} auf deine Nachricht reagiert ?\.?'
            || '|A réagi (?:avec|par) .{1,24} à (?:votre|ton) message ?\.?'
            || '|Reaccionó con .{1,24} a tu mensaje ?\.?',
            'i'
        ) as is_reaction,
        regexp_full_match(
            content,
            '.{1,80} sent (?:an attachment|a (?:photo|video|sticker|GIF|link|file|voice message|location|live location))\.?'
            || '|.{1,80} (?:heeft|hebt) een (?:bijlage|foto|video|sticker|gif|link|bestand|spraakbericht|locatie) (?:verzonden|gestuurd|verstuurd)\.?'
            || '|.{1,80} ha(?:t|st) einen Anhang gesendet\.?'
            || '|.{1,80} (?:a|avez|as) envoyé une pièce jointe\.?'
            || '|.{1,80} (?:envió|enviaste) un archivo adjunto\.?',
            'i'
        ) as is_stand_in,
        matches_within_bounds(
            content,
            '(?i)^(?:(?:You are|You''re) now connected on (?:Messenger|Instagram)\.?'
            || '|Say hi to your new Facebook friend, .{1,80}'
            || '|You can now (?:message|call|see) .{1,160}'
            || '|Messages and calls are (?:now )?(?:secured|protected) with end-to-end encryption.{0,200}'
            || '|.{1,80} (?:created|named|left|joined) the (?:group|chat|call|video chat|video call|audio call)(?: .{1,80})?\.?'
            || '|.{1,80} changed the (?:group|chat|theme|name).{0,80}'
            || '|.{1,80} set (?:the|your|his|her|their|own|a) (?:emoji|quick reaction|nickname|.{1,60} nickname).{0,80}'
            || '|.{1,80} turned (?:on|off) .{1,80}messages?.{0,80}'
            || '|.{1,80} (?:started|ended|missed) (?:a|an|the|your) (?:call|video chat|video call|audio call|voice call)\.?'
            || '|You missed a (?:video |audio |voice )?(?:call|chat) from .{1,80}'
            || '|.{1,80} (?:called you|missed your (?:video |audio )?call)\.?'
            || '|The (?:video chat|video call|audio call|call) ended\.?'
            || '|(?:This poll is no longer available|.{1,80} poll has multiple updates|.{1,80} (?:created|started) a poll.{0,120}|.{1,80} voted for .{1,120})\.?'
            || '|.{1,80} unsent a message\.?'
            || '|.{1,80} (?:replied|responded) to (?:your|an|a) (?:ad|post|comment)\.?'
            || '|(?:Je bent|Jullie zijn) nu verbonden (?:op|via) (?:Messenger|Instagram)\.?'
            || '|Zeg hallo tegen je nieuwe Facebook-vriend.{0,80}'
            || '|Berichten en gesprekken zijn .{0,20}beveiligd met end-to-end-(?:versleuteling|encryptie).{0,200}'
            || '|.{1,80} heeft (?:je gebeld|je oproep gemist|een oproep gemist|de groep .{1,80}|het (?:thema|chatthema) .{1,80})\.?'
            || '|Je hebt een (?:oproep|gesprek|videogesprek) gemist van .{1,80}'
            || '|(?:Deze peiling is niet meer beschikbaar|.{1,80} heeft een peiling (?:gemaakt|gestart).{0,120})\.?)$'
        ) as is_notice_by_text
    from told
),

judged as (
    select
        *,
        case
            when is_group then 'thread of a group'
            when sender is null and direction is null then 'message without a sender'
            when sent_at is null then 'message without a time'
            when business_id is null then 'no sign of which side is the account'
            when customer_id is null then 'thread without a name or a place'
        end as fault,
        coalesce(is_notice_by_shape and not is_unsent, false)
            or coalesce(is_notice_by_text, false)
            or coalesce(is_stand_in and not has_media and not has_sticker, false) as is_notice,
        case
            when is_unsent then 'unsupported'
            when is_reaction then 'reaction'
            when has_sticker then 'sticker'
            when content is not null and not is_stand_in and not is_notice then 'text'
            when has_media then 'attachment'
            else 'unsupported'
        end as kind,
        case when not coalesce(is_stand_in, false) then content end as text
    from read_texts
)

select
    * exclude (place, is_notice_by_shape, is_notice_by_text, is_stand_in, is_reaction, sender, type),
    -- The same words twice in one instant are two messages in whichever part they stand.
    row_number() over (
        partition by document_no, direction, sent_at, content order by place
    ) as repeat_no,
    (row_number() over (partition by document_no, sent_at order by place) - 1)::integer as sequence
from judged
union all by name
select
    document_no,
    case when is_group then 'thread of a group' else 'thread without messages' end as fault
from sided
where coalesce(len(said), 0) = 0
