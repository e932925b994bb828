-- grain: one message of a thread, and one row for a thread that lists none
-- reads: documents
-- Who told whom what, once it is known which side is the page; the other files read it.
with pages as (
    select
        document_no,
        d.id as page_id,
        unnest(d.conversations.data) as thread
    from documents
    where d.conversations is not null
),

-- A thread, a page with its threads, or a message without its thread.
threads as (
    select
        document_no,
        page_id,
        false as is_lone,
        thread.id as thread_id,
        thread.link as link,
        thread.message_count as message_count,
        thread.participants.data as people,
        thread.messages.data as said,
        thread.messages.paging.next is not null as has_more
    from pages
    union all by name
    select
        document_no,
        coalesce(
            d.created_time, d."from"::varchar, d.message, d.attachments, d.shares, d.sticker
        ) is not null as is_lone,
        d.id as thread_id,
        d.link as link,
        d.message_count as message_count,
        d.participants.data as people,
        case
            when is_lone
                then [{
                    'id': d.id, 'created_time': d.created_time, 'from': d."from", 'to': d."to",
                    'message': d.message, 'sticker': d.sticker, 'attachments': d.attachments,
                    'shares': d.shares, 'story': d.story, 'is_unsupported': d.is_unsupported,
                    'tags': d.tags
                }]
            else d.messages.data
        end as said,
        coalesce(d.messages.paging.next is not null, false) as has_more
    from documents
    where d.conversations is null
),

placed as (
    select
        threads.*,
        documents.file,
        row_number() over () as thread_no,
        list_filter(
            list_distinct(
                flatten([
                    list_transform(people, lambda p: filled(p.id)),
                    list_transform(said, lambda m: filled(m."from".id)),
                    flatten(
                        list_transform(
                            said, lambda m: list_transform(m."to".data, lambda p: filled(p.id))
                        )
                    )
                ])
            ),
            lambda v: v is not null
        ) as ids,
        -- Instagram's ids of messages and threads name the account, in base64 with an A after
        -- every Z.
        list_distinct(
            list_transform(
                list_filter(
                    list_append(list_transform(said, lambda m: m.id), thread_id),
                    lambda v: starts_with(v, 'aWdf')
                ),
                lambda v: regexp_extract(
                    try(decode(from_base64(substr(replace(v, 'ZA', 'Z'), 1, 60)))),
                    'IGMessage(?:ID|Thread):(\d+):',
                    1
                )
            )
        ) as encoded,
        list_distinct(
            list_transform(
                list_filter(said, lambda m: contains(m.tags, '"name":"sent"')),
                lambda m: filled(m."from".id)
            )
        ) as senders,
        list_filter(ids, lambda v: regexp_full_match(v, '17841\d{12}')) as accounts
    from threads
    join documents using (document_no)
),

-- A page talks with many and its customers, in one file, only with it.
met as (
    select
        file,
        unnest(ids) as id,
        ids
    from placed
    where len(ids) = 2
),

busy as (
    select
        file,
        id
    from met
    group by file, id
    having count(distinct list_filter(ids, lambda v: v <> id)[1]) > 1
),

-- The signs that a thread itself gives, the surest first. Those that name nobody of it are none.
signed as (
    select
        *,
        list_filter(
            [
                filled(page_id),
                filled(regexp_extract(link, '(?:^|/)(?:[^/]*-)?(\d{5,})/(?:inbox|messages|manager)', 1)),
                filled(regexp_extract(link, '[?&](?:asset_id|page_id)=(\d{5,})', 1)),
                case when len(senders) = 1 then senders[1] end,
                case when len(encoded) = 1 then encoded[1] end,
                case when len(accounts) = 1 then accounts[1] end,
                filled(
                    regexp_extract(
                        file,
                        '(?i)(?:page|account|business|instagram|facebook)[_-]?(\d{6,})',
                        1
                    )
                )
            ],
            lambda v: list_contains(ids, v)
        )[1] as own_sign
    from placed
),

known as (
    select
        file,
        list(distinct id) as pages
    from (
        select
            file,
            own_sign as id
        from signed
        where own_sign is not null
        union all
        from busy
    )
    group by file
),

decided as (
    select
        signed.* exclude (file),
        coalesce(
            own_sign,
            case when len(list_intersect(ids, pages)) = 1 then list_intersect(ids, pages)[1] end
        ) as business_id
    from signed
    left join known using (file)
),

sided as (
    select
        *,
        case
            when list_bool_or(list_transform(people, lambda p: p.username is not null))
                or list_bool_or(list_transform(said, lambda m: m."from".username is not null))
                or len(encoded) > 0
                or regexp_full_match(business_id, '17841\d{12}')
                then 'instagram'
            else 'messenger'
        end as channel,
        coalesce(len(people), 0) > 2 as is_group,
        list_filter(list_transform(people, lambda p: filled(p.id)), lambda v: v <> business_id)[1]
            as other_id
    from decided
),

each_message as (
    select
        * exclude (said),
        unnest(said) as message,
        generate_subscripts(said, 1) as place
    from sided
    where len(said) > 0
),

told as (
    select
        *,
        instant(message.created_time) as sent_at,
        filled(message."from".id) as author_id,
        author_id is not null and sent_at is not null as is_readable,
        -- Older versions list the author among those whom a message goes to.
        list_filter(
            list_transform(message."to".data, lambda p: filled(p.id)),
            lambda v: v is distinct from author_id
        ) as told_to
    from each_message
),

-- Lists begin with the newest message, and whole seconds leave open which of two came first.
ordered as (
    select
        *,
        count_if(is_readable) over thread < coalesce(whole(message_count), 0)
            or count_if(is_readable) over thread < count(*) over thread
            or has_more as is_truncated,
        is_readable
            and row_number() over (
                partition by thread_no, is_readable order by sent_at, place desc
            ) = 1 as is_oldest,
        (row_number() over (
            partition by thread_no, sent_at order by place desc
        ) - 1)::integer as sequence
    from told
    window thread as (partition by thread_no)
)

select
    document_no,
    channel,
    business_id,
    case
        when author_id <> business_id then author_id
        when author_id = business_id
            then coalesce(list_filter(told_to, lambda v: v is not null)[1], other_id)
    end as customer_id,
    case when author_id = business_id then 'out' else 'in' end as direction,
    sent_at,
    sequence,
    case
        when is_group or len(told_to) > 1 then 'thread of more than one customer'
        when author_id is null then 'listed without details'
        when sent_at is null then 'message without a time'
        when business_id is null then 'no sign of which side is the page'
        when customer_id is null then 'message without the id of the person'
    end as fault,
    not is_lone and is_truncated and is_oldest as is_cut_off,
    is_lone,
    message,
    concat_ws(' ', message.message, message.attachments, message.shares) as shown
from ordered
union all by name
select
    document_no,
    'thread without its messages' as fault
from sided
where coalesce(len(said), 0) = 0
