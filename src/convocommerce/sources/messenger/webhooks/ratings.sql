-- grain: one question answered with a score, per document that tells it
-- reads: events
-- What customers said when they were asked how it was; what they wrote besides is the comment.
with asked as (
    select
        document_no,
        channel,
        business_id,
        customer_id,
        sent_at,
        unnest(
            try(from_json(
                event,
                '{"messaging_feedback": {"feedback_screens": [
                    {"screen_id": "VARCHAR", "questions": "MAP(VARCHAR, VARCHAR)"}
                ]}}'
            )).messaging_feedback.feedback_screens
        ) as screen
    from events
    where what is null and contains(event, '"messaging_feedback"')
),

questions as (
    select
        * exclude (screen),
        screen.screen_id as screen_id,
        unnest(map_entries(screen.questions)) as question
    from asked
),

answered as (
    select
        * exclude (question),
        question.key as question_id,
        try(from_json(
            question.value,
            '{"type": "VARCHAR", "payload": "VARCHAR", "follow_up": {"payload": "VARCHAR"}}'
        )) as answer
    from questions
),

scored as (
    select
        *,
        lower(filled(answer.type)) as type,
        amount(answer.payload) as score
    from answered
)

select
    document_no,
    'messenger' as platform,
    made_id([
        channel, business_id, customer_id, epoch_ms(sent_at)::varchar, screen_id, question_id
    ]) as rating_id,
    sent_at as rated_at,
    channel,
    business_id,
    customer_id,
    case type when 'csat' then '1_to_5' when 'nps' then '0_to_10' when 'ces' then '1_to_7' end
        as scale,
    score,
    filled(answer.follow_up.payload) as comment
from scored
where type in ('csat', 'nps', 'ces') and score is not null and sent_at is not null
