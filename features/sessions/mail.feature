Feature: Mail
  Who is not at a console hears by mail. What the mail host does not take now is sent again.

  Background:
    Given the site "sharing"
    And Alex is signed in to the desktop console
    And Casey was signed in with extended availability
    And Carla is in session with Alex

  @SHR-09
  Scenario: One invitation, one mail
    When Alex invites Casey to Carla's session
    Then Casey gets a mail about an invitation from "Alex Kim"
    And for 1 hour no mail comes for Casey

  @SHR-09
  Scenario Outline: A mail host that can't take mail now gets it later, once
    Given the mail host <state>
    When Alex invites Casey to Carla's session
    Then for 1 minute no mail comes for Casey
    When the mail host takes mail
    Then within 30 minutes Casey gets a mail about an invitation from "Alex Kim"
    And for 1 hour no mail comes for Casey

    Examples:
      | state                           |
      | asks senders to come back later |
      | hangs                           |
      | breaks off                      |

  @SHR-09
  Scenario: An appliance that lost its power has its mail still
    Given the mail host asks senders to come back later
    And Alex invites Casey to Carla's session
    And 10 seconds pass
    When the appliance loses power
    And the appliance starts again after 1 minute
    And the mail host takes mail
    Then within 30 minutes Casey gets a mail about an invitation from "Alex Kim"
    And for 1 hour no mail comes for Casey

  @EXT-02
  Scenario: What the mail host refuses for good can be told by telephone
    Given the mail host knows no recipient
    When Alex invites Vera, who has no account, to Carla's session by mail to "vera@vendor.example"
    Then the site status lists the refused mail to "vera@vendor.example"
    When Vera joins with the invitation on the desktop console
    Then Carla is in session with Vera
    And for 1 hour no mail comes for "vera@vendor.example"
