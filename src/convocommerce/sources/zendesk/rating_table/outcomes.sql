-- grain: one row that holds nothing to keep
-- reads: documents
-- Ratings that were not given, or say neither good nor bad.
select
    document_no,
    case when lower(d.score) in ('offered', 'unoffered') then 'ignored' else 'quarantined' end as outcome,
    case
        when lower(d.score) in ('offered', 'unoffered') then 'rating asked for and not given'
        else 'rating with an unknown score'
    end as reason
from documents
where not coalesce(regexp_matches(lower(d.score), '^(good|bad)'), false)
