Feature: Android customers
  A phone gets into a session by the portal, by a link, or by its app, and shows its screen to whom its owner lets.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @AND-01
  Scenario: From the portal
    Given Carla is a customer with an Android 13 phone that has Support
    When Carla picks the issue "VPN does not connect" on the portal
    Then Carla waits in the Network queue
    When Alex accepts Carla's session
    Then Carla is in session with Alex

  @AND-01
  Scenario: From a link that somebody sent
    Given Carla is a customer with an Android 13 phone that has Support
    And Alex has generated a session key
    When Carla opens the URL of Alex's session key
    Then Carla waits in Alex's personal queue

  @AND-01 @AND-02
  Scenario: From the app, which asks for the support site first
    Given Carla is a customer with an Android 13 phone that has Support
    When Carla opens the app Support
    Then Carla's app asks for the support site
    When Carla chooses the support site "support.example.com"
    Then Carla can start by "session key, issue, representative"
    When Carla picks the issue "Printer prints nothing" in the app
    Then Carla waits in the Desktop queue
    When Alex accepts Carla's session
    Then Carla is in session with Alex
    And Alex sees that Carla's client is "Support"

  @AND-02
  Scenario: An app that knows its site goes right there
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla opens the app Support
    And Carla chooses the support site "support.example.com"
    And Carla can start by "session key, issue, representative"
    When Carla opens the app Support
    Then Carla can start by "session key, issue, representative"

  @AND-02
  Scenario: A site that there is not is asked for again
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla opens the app Support
    When Carla chooses the support site "help.example.net"
    Then Carla is told "no such name"
    And Carla's app asks for the support site
    When Carla chooses the support site "support.example.com"
    Then Carla can start by "session key, issue, representative"

  @AND-03
  Scenario: Where the portal has an agreement and asks about recording, a phone asks too
    Given Carla is a customer with an Android 13 phone that has Support
    When Carla picks the issue "VPN does not connect" on the portal "Formal"
    Then Carla is asked to agree to "Acme may see your screen while we help you."
    And Carla does not wait in any queue
    When Carla accepts the agreement
    Then Carla is asked whether the session may be recorded
    When Carla refuses recording
    Then Carla waits in the Network queue
    When Alex accepts Carla's session
    Then recording of Carla's session is refused

  @AND-03
  Scenario: Where the portal has neither, nothing is asked
    Given Carla is a customer with an Android 13 phone that has Support
    When Carla picks the issue "VPN does not connect" on the portal
    Then Carla is told to wait at place 1

  @AND-08
  Scenario Outline: A phone's owner who grants permission is seen, and the phone controlled
    Given Carla is a customer with an Android 13 phone that has <app>
    And Carla is in session with Alex
    And the "form" is open on Carla's device
    When Alex opens screen sharing in Carla's session
    Then Carla is asked whether Alex may use screen sharing
    When Carla allows screen sharing
    Then Carla's device asks whether "<app>" may see the screen
    And Alex reads that Carla's device asks its user first
    And for 5 seconds Alex sees nothing of Carla's screen
    When Carla lets the device show its screen
    Then Alex can use screen sharing in Carla's session
    And Carla sees that somebody uses screen sharing
    And Alex sees Carla's screen to the pixel
    When Alex clicks "Save" on Carla's screen
    Then the button "Save" was pressed on Carla's device

    Examples:
      | app      |
      | Support  |
      | Support+ |

  @AND-08
  Scenario: A phone whose owner lets somebody look only is seen and not touched
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla is in session with Alex
    And the "form" is open on Carla's device
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing, view only
    Then Carla's device asks whether "Support" may see the screen
    When Carla lets the device show its screen
    Then Alex can use screen sharing, view only, in Carla's session
    And Alex sees Carla's screen to the pixel
    When Alex tries to click "Save" on Carla's screen
    Then Alex is told "expected control of the screen, found that it is view only"
    And the button "Save" is never pressed on Carla's device

  @AND-08
  Scenario: A phone's owner who does not grant it is neither
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla is in session with Alex
    When Alex opens screen sharing in Carla's session
    And Carla declines screen sharing
    Then Alex reads that screen sharing is refused in Carla's session: "the customer declined"
    And Carla sees that nobody uses screen sharing

  @AND-08
  Scenario: A phone's owner who has said yes to the representative may still say no to the phone
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla is in session with Alex
    And the "form" is open on Carla's device
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then Carla's device asks whether "Support" may see the screen
    When Alex tries to click, without seeing it, "Save" on Carla's screen
    And Carla does not let the device show its screen
    Then Alex reads that Carla's device may not show its screen
    And Carla sees that nobody uses screen sharing
    And for 5 seconds Alex sees nothing of Carla's screen
    And the button "Save" is never pressed on Carla's device
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then Carla's device asks whether "Support" may see the screen
    When Carla lets the device show its screen
    Then Alex sees Carla's screen to the pixel

  @AND-08
  Scenario: A phone shows itself to all who look, is asked anew once nobody does, and keeps a yes over a broken line
    Given Blair is signed in to the desktop console
    And Carla is a customer with an Android 13 phone that has Support
    And Carla is in session with Alex and Blair
    And Alex has screen sharing open in Carla's session
    And Blair has screen sharing open in Carla's session
    Then Alex sees Carla's screen to the pixel
    And Blair sees Carla's screen to the pixel
    When Carla's network is down for 1 minute
    Then Alex sees that Carla's connection is lost
    And within 1 minute Alex sees that Carla is connected
    And Alex sees Carla's screen to the pixel
    When Alex closes screen sharing in Carla's session
    And Blair closes screen sharing in Carla's session
    And Alex opens screen sharing in Carla's session
    Then Carla's device asks whether "Support" may see the screen
    When Alex closes screen sharing in Carla's session
    Then Carla's device no longer asks whether the screen may be seen

  @AND-08
  Scenario: A permission that nobody uses after a break of the line is over
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    And Carla's network goes down
    And Alex sees that Carla's connection is lost
    When Alex closes screen sharing in Carla's session
    And Carla's network comes back
    Then within 1 minute Alex sees that Carla is connected
    When 3 seconds pass
    And Alex opens screen sharing in Carla's session
    Then Carla's device asks whether "Support" may see the screen

  @AND-08
  Scenario: A question that nobody waits for after a break of the line goes away
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla is in session with Alex
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then Carla's device asks whether "Support" may see the screen
    When Carla's network goes down
    Then Alex sees that Carla's connection is lost
    When Alex closes screen sharing in Carla's session
    And Carla's network comes back
    Then within 1 minute Alex sees that Carla is connected
    And Carla's device no longer asks whether the screen may be seen
