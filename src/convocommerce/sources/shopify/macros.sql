-- Whether a spreadsheet has shortened an id: 6E+12 would be all orders at once.
create or replace temp macro shopify_is_shortened(id) as
    coalesce(regexp_full_match(trim(id), '''?\d+(?:[.,]\d+)?E\+\d+', 'i'), false);

-- What an order of a CSV goes by: its id, or its number where there is none; null when that is lost.
create or replace temp macro shopify_order_id(id, name) as
    case
        when not shopify_is_shortened(id)
            then coalesce(filled(ltrim(trim(id), '''')), 'number:' || filled(name))
    end;
